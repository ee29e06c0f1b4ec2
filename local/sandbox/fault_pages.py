"""Pages that lie: rows twice, rows out of order, a list that never ends."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

Row = dict[str, Any]
_ENDLESS = 1_000_000


@dataclass(frozen=True)
class Ask:
    """What a request asks for beside its path: the query string and the body."""

    query: bytes
    body: bytes


@dataclass(frozen=True)
class PageForm:
    """How one channel words a page: where the rows stand and which parameter names the page.

    `rows_keys` are the keys that may hold the rows (none: the answer is the list). The position
    counts pages; rows, where there is a `size_parameter`; it is opaque where `is_opaque`: then the
    first page stands for the one before. `posted` are the ends of paths where lists are asked for
    by POST, with the position in a JSON body if it holds one.
    """

    rows_keys: tuple[str, ...]
    position: str
    size_parameter: str = ""
    is_opaque: bool = False
    posted: tuple[str, ...] = ()

    def is_list(self, method: str, path: str) -> bool:
        """Tell whether a call asks for a list: page faults never touch a write."""
        return method == "GET" or (method == "POST" and path.endswith(self.posted))

    def read_rows(self, body: bytes) -> list[Row] | None:
        """Return the rows of a list answer, None where the answer is no list."""
        try:
            answer = json.loads(body)
        except ValueError:
            return None
        if self.rows_keys:
            answer = answer.get(self._rows_key(answer)) if isinstance(answer, dict) else None
        return answer if isinstance(answer, list) else None

    def replace_rows(self, body: bytes, rows: list[Row], extra: dict[str, Any]) -> bytes:
        """Return the answer with other rows and, in an envelope, other figures."""
        if not self.rows_keys:
            return json.dumps(rows).encode()
        answer = json.loads(body)
        return json.dumps({**answer, self._rows_key(answer): rows, **extra}).encode()

    def position_of(self, ask: Ask) -> str | None:
        """Return the position that a request names, None on the first page."""
        found = dict(parse_qsl(ask.query.decode())) | _object(ask.body)
        return str(found[self.position]) if found.get(self.position) else None

    def first_page(self, ask: Ask) -> Ask:
        """Return the request for the first page."""
        return self._at(ask, None)

    def page_before(self, ask: Ask) -> Ask | None:
        """Return the request for the page before, None on the first one."""
        position = self.position_of(ask)
        if position is None or self.is_opaque:
            return None if position is None else self.first_page(ask)
        number = int(position)
        if self.size_parameter:
            pairs = dict(parse_qsl(ask.query.decode()))
            step = int(pairs.get(self.size_parameter, 200))
            return self._at(ask, max(0, number - step)) if number > 0 else None
        return self._at(ask, number - 1) if number > 1 else None

    def _rows_key(self, answer: dict[str, Any]) -> str:
        return next((key for key in self.rows_keys if key in answer), "")

    def _at(self, ask: Ask, position: int | None) -> Ask:
        pairs = [
            pair
            for pair in parse_qsl(ask.query.decode(), keep_blank_values=True)
            if pair[0] != self.position
        ]
        if position is not None:
            pairs.append((self.position, str(position)))
        body = _object(ask.body)
        if self.position in body:
            kept = {name: value for name, value in body.items() if name != self.position}
            ask = replace(ask, body=json.dumps(kept).encode())
        return replace(ask, query=urlencode(pairs).encode())


PAGE_FORMS = {
    "shop": PageForm((), "page"),
    "crm": PageForm(("list",), "offset", "maxSize"),
    "support": PageForm(("items",), "page", posted=("/users", "/tickets")),
    "hubspot": PageForm(("results",), "after", is_opaque=True, posted=("/search",)),
    "zendesk": PageForm(
        ("users", "tickets", "comments", "satisfaction_ratings"), "page[after]", is_opaque=True
    ),
}


def endless_figures(channel: str, ask: Ask, url: str, body: bytes) -> dict[str, Any]:
    """Return the envelope's figures of a list that never ends, from those of its own answer."""
    answer = _object(body)
    position = PAGE_FORMS[channel].position_of(ask)
    match channel:
        case "support":
            return {"pages": _ENDLESS, "total": _ENDLESS, "next_page": url}
        case "crm":
            return {"total": _ENDLESS}
        case "hubspot":
            own = answer.get("paging", {}).get("next", {}).get("after")
            figures = {"paging": {"next": {"after": position or own or "1", "link": url}}}
            return figures | ({"total": _ENDLESS} if "total" in answer else {})
        case "zendesk" if "end_of_stream" in answer:
            # An export has no way back to its first page: it stays on the one that was asked for.
            cursor = dict(parse_qsl(ask.query.decode())).get("cursor", answer["after_cursor"])
            return {"end_of_stream": False, "after_cursor": cursor, "after_url": url}
        case "zendesk" if "meta" in answer:
            meta = {**answer["meta"], "has_more": True}
            meta["after_cursor"] = position or meta["after_cursor"]
            return {"meta": meta, "links": {"prev": None, "next": url}}
    return {}


def endless_headers(
    channel: str, url: str, headers: list[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    """Return the headers of a list that never ends."""
    if channel != "shop":
        return headers
    told = {
        b"x-wp-total": str(_ENDLESS).encode(),
        b"x-wp-totalpages": str(_ENDLESS).encode(),
        b"link": f'<{url}>; rel="next"'.encode(),
    }
    return [(name, value) for name, value in headers if name not in told] + list(told.items())


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
