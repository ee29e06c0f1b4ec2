"""The pages of a list, whichever way a system pages: asked one after the other until the last."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests.utils import parse_header_links

from customer_hub.channels.overlap import walk_offsets, walk_pages
from customer_hub.channels.record import as_text
from customer_hub.channels.rest.asking import (
    CursorPaging,
    LinkPaging,
    Listing,
    NextPaging,
    OffsetPaging,
    PagePaging,
    Request,
)
from customer_hub.channels.rest.template import fill, fill_params, find_places, look
from customer_hub.channels.update_order import Slice
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.http import Budget, HttpClient
from customer_hub.core.http_answer import Answer

State = Mapping[str, Any]
_PATIENCE = 6  # fruitless answers in a row before a channel counts as looping


@dataclass(frozen=True, slots=True)
class Shown:
    """One page: its rows, how many its query has (None: not told), and where the next begins.

    `next` is None on the last page.
    """

    rows: list[dict[str, Any]] = field(repr=False)
    total: int | None
    seen_at: datetime
    next: State | None
    is_full: bool


class Asker:
    """Sends the requests of a description."""

    def __init__(
        self,
        http: HttpClient,
        base_url: str,
        budgets: Mapping[str, Budget],
        constants: Mapping[str, Any],
        page_size: int,
    ) -> None:
        """Ask through `http`; `page_size` is the most that one page may hold."""
        self._http = http
        self._base = urlsplit(base_url)
        self._budgets = budgets
        self._constants = constants
        self._page_size = page_size

    @property
    def channel(self) -> str:
        """The channel's name, for messages."""
        return self._http.channel

    def read(
        self,
        request: Request,
        places: Mapping[str, Any],
        accept: Collection[int] = (),
        cursor: str = "",
    ) -> Answer:
        """Ask for something; see `HttpClient.read`."""
        values = {**self._constants, **places}
        return self._http.read(
            request.path,
            ids=_fill_path(request, values),
            params=fill_params(request.params, values),
            method=request.method,
            body=fill(request.body, values),
            accept=accept,
            cursor=cursor,
            budget=self._budgets.get(request.rate),
        )

    def write(
        self,
        request: Request,
        places: Mapping[str, Any],
        accept: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Change something, once; see `HttpClient.write`."""
        values = {**self._constants, **places}
        return self._http.write(
            request.method,
            request.path,
            ids=_fill_path(request, values),
            params=fill_params(request.params, values),
            body=fill(request.body, values),
            headers=headers,
            accept=accept,
            budget=self._budgets.get(request.rate),
        )

    def pages(
        self,
        listing: Listing,
        places: Mapping[str, Any],
        state: State | None = None,
        *,
        id_path: str = "id",
        mark: str = "",
    ) -> Iterator[Shown]:
        """Yield the pages of a list from `state` on, the last with no `next`.

        Args:
            listing: what to ask.
            places: what fills the request, beside the place of the page.
            state: `next` of an earlier page.
            id_path: where a row has its id: pages asked by number or offset must overlap.
            mark: which part of the list is asked for, in messages.

        Raises:
            ChannelContentError: an answer without its rows, or pages that loop.
        """
        if isinstance(listing.paging, PagePaging | OffsetPaging):
            yield from self._overlap(listing, listing.paging, places, state, id_path, mark)
        else:
            yield from self._follow(listing, places, state, mark)

    def _overlap(
        self,
        listing: Listing,
        paging: PagePaging | OffsetPaging,
        places: Mapping[str, Any],
        state: State | None,
        id_path: str,
        mark: str,
    ) -> Iterator[Shown]:
        """Ask by places, each page overlapping what was shown, so that no row slips between."""

        def fetch(place: int, size: int) -> Slice:
            named = f"{mark} {paging.kind} {place}".strip()
            start = paging.first - 1 if isinstance(paging, PagePaging) else 0
            turned = {paging.kind: place + start, "size": size}
            answer = self.read(listing.request, {**places, **turned}, cursor=named)
            rows = self._read_rows(listing, answer)
            wrapped = [{"id": look(row, id_path) or repr(row), "row": row} for row in rows]
            return Slice(wrapped, _read_total(listing, answer), answer.read_clock())

        walk = walk_pages if isinstance(paging, PagePaging) else walk_offsets
        size = min(self._page_size, listing.size)
        for part, after in walk(fetch, size, dict(state or {}) or None, self._http.channel):
            rows = [row["row"] for row in part.rows]
            yield Shown(rows, part.total, part.seen_at, after, len(rows) >= size)

    def _follow(
        self, listing: Listing, places: Mapping[str, Any], state: State | None, mark: str
    ) -> Iterator[Shown]:
        """Ask for one page after the other, each by what the one before says."""
        size = min(self._page_size, listing.size)
        seen: set[str] = set()
        before: list[dict[str, Any]] = []
        fruitless = 0
        while True:
            answer = self._ask_page(listing, places, size, state or {}, mark)
            rows = self._read_rows(listing, answer)
            if rows and rows == before:
                fruitless += 1
                if fruitless >= _PATIENCE:
                    raise self._broken("the pages loop: the same rows come again and again")
                continue
            following = _read_next(listing, answer)
            fruitless, before = 0, rows
            if following is not None:
                place = repr(sorted(following.items()))
                if place in seen:
                    raise self._broken("the pages loop: a page leads back to an earlier one")
                seen.add(place)
            total = _read_total(listing, answer)
            yield Shown(rows, total, answer.read_clock(), following, len(rows) >= size)
            if following is None:
                return
            state = following

    def _ask_page(
        self, listing: Listing, places: Mapping[str, Any], size: int, state: State, mark: str
    ) -> Answer:
        # A token may be anything, so it is not shown.
        named = f"{mark} a further page".strip() if state else mark
        address = state.get("address")
        if address is None:
            return self.read(listing.request, {**places, **state, "size": size}, cursor=named)
        return self._http.read(
            self._localise(address),
            params=parse_qsl(urlsplit(address).query, keep_blank_values=True),
            cursor=named,
            budget=self._budgets.get(listing.request.rate),
        )

    def _read_rows(self, listing: Listing, answer: Answer) -> list[dict[str, Any]]:
        rows = look(answer.body, listing.rows)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._broken(f"a page without its list of records at {listing.rows or 'the top'}")
        return rows

    def _localise(self, address: str) -> str:
        """Return the path of a next page below the connection's address.

        Raises:
            ChannelContentError: it leads to another host, which must not see the key.
        """
        parts = urlsplit(address)
        is_here = parts.netloc in ("", self._base.netloc) and parts.scheme in (
            "",
            self._base.scheme,
        )
        root = self._base.path.rstrip("/")
        if not is_here or not parts.path.startswith(f"{root}/"):
            raise self._broken("the next page lies outside the connection's address")
        return parts.path.removeprefix(root).replace("{", "{{").replace("}", "}}")

    def _broken(self, what: str) -> ChannelContentError:
        return ChannelContentError(
            what,
            where=self._http.channel,
            hint="see the description of its system; running the gather again is safe",
        )


def _fill_path(request: Request, values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values.get(name, "")) for name in find_places(request.path)}


def _read_total(listing: Listing, answer: Answer) -> int | None:
    told = (
        answer.headers.get(listing.total_header)
        if listing.total_header
        else look(answer.body, listing.total)
        if listing.total
        else None
    )
    text = as_text(told) or ""
    return int(text) if text.isdecimal() else None


def _has_more(paging: CursorPaging, body: Any) -> bool:
    if paging.end and look(body, paging.end) is True:
        return False
    return not paging.more or look(body, paging.more) is True


def _read_next(listing: Listing, answer: Answer) -> State | None:
    """Return what the next request needs, None after the last page."""
    match listing.paging:
        case CursorPaging() as paging:
            token = as_text(look(answer.body, paging.next))
            return {"cursor": token} if token and _has_more(paging, answer.body) else None
        case LinkPaging():
            links = parse_header_links(answer.headers.get("Link", ""))
            found = next((link["url"] for link in links if link.get("rel") == "next"), None)
            return {"address": found} if found else None
        case NextPaging() as paging:
            found = look(answer.body, paging.next)
            return {"address": found} if isinstance(found, str) and found else None
    return None
