"""Request Tracker's users: by their last change, and by their log-in.

Newer servers search users by a few public fields only and ignore a condition on LastUpdated without
a word. So the list is asked for newest change first and read until it is older than the window.
Everything newer comes along, and is meant to: with an upper bound a user who is changed meanwhile
would leave the list, and the others slip to pages that were read. Without one, page numbers hold: a
change moves a user to the front, and pushes the others to later pages.
They hold within one reading only: a page that repeated itself counts like a real one, so a reading
that broke off begins again at the front.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from customer_hub.channels.record import read_moment, read_source_id
from customer_hub.channels.request_tracker.wire import (
    LARGEST_PAGE,
    USER_FIELDS,
    USERS,
    Row,
    fetch_list,
    page_params,
    project,
    show_moment,
)
from customer_hub.channels.update_order import SECOND, Slice
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.http import HttpClient, Params

_PATIENCE = 6
Condition = dict[str, str]


def fetch_users(
    http: HttpClient,
    conditions: Sequence[Condition],
    params: Params,
    *,
    with_disabled: bool = True,
    cursor: str = "",
) -> Slice:
    """Return one page of users that meet the conditions (those that can be searched)."""
    disabled = [("find_disabled_rows", "1")] if with_disabled else []
    return fetch_list(http, USERS, [*params, *disabled], body=list(conditions), cursor=cursor)


def walk_users(
    http: HttpClient,
    page_size: int,
    start: datetime,
    end: datetime,
    where: str,
) -> Iterator[Slice]:
    """Yield the users changed in [start, end), newest first.

    Raises:
        ChannelContentError: the pages do not advance.
    """
    first = start.replace(microsecond=0)
    seen: set[tuple[str, Any]] = set()
    fruitless = 0
    number = 1
    while True:
        page = fetch_users(
            http,
            [_since(first)],
            [
                ("fields", ",".join(USER_FIELDS)),
                *(("orderby", "LastUpdated"), ("order", "DESC")),
                *(("orderby", "id"), ("order", "DESC")),
                *page_params(number, page_size),
            ],
            cursor=f"page {number}",
        )
        keys = {(read_source_id(row), row.get("LastUpdated")) for row in page.rows}
        fruitless = 0 if keys - seen else fruitless + 1
        if page.rows and fruitless >= _PATIENCE:
            raise ChannelContentError(
                "the pages loop: the same users come again",
                where=f"{where} page {number}",
                hint="see channels/request_tracker/README.md; running the gather again is safe",
            )
        seen |= keys
        moments = [read_moment(row.get("LastUpdated")) for row in page.rows]
        inside = [
            project(row, USER_FIELDS)
            for row, moment in zip(page.rows, moments, strict=True)
            if moment is None or first <= moment < end
        ]
        number += 1
        tell_disabled(http, inside)
        yield Slice(inside, page.total, page.seen_at)
        dated = [moment for moment in moments if moment is not None]
        # Only a page in order proves that everything further on is older.
        is_past = bool(dated) and dated[-1] < first and dated == sorted(dated, reverse=True)
        is_counted = page.total is not None and (number - 1) * page_size >= page.total
        is_end = is_counted and not page.is_full
        if is_past or is_end or not page.rows:
            return


def find_requestors(http: HttpClient, tickets: Iterable[Row]) -> dict[str, Row]:
    """Return folded log-in -> {id, Name} for everybody who asked in one of the tickets."""
    names = dict.fromkeys(name for ticket in tickets for name in read_requestors(ticket))
    return find_by_name(http, list(names))


def read_requestors(ticket: Row) -> list[str]:
    """Return the folded log-ins of a ticket's requestors; groups are left out."""
    rows = ticket.get("Requestor")
    people = rows if isinstance(rows, list) else [rows]
    return [
        str(who["id"]).casefold()
        for who in people
        if isinstance(who, dict) and who.get("id") and who.get("type", "user") == "user"
    ]


def find_by_name(
    http: HttpClient, names: Sequence[str], *, with_disabled: bool = True
) -> dict[str, Row]:
    """Return folded log-in -> {id, Name}; who is not found is left out."""
    rows = fetch_by_name(http, names, ("id", "Name"), with_disabled=with_disabled)
    return {
        str(row["Name"]).casefold(): {"id": read_source_id(row), "Name": row["Name"]}
        for row in rows
    }


def fetch_by_name(
    http: HttpClient,
    names: Sequence[str],
    fields: Sequence[str],
    *,
    with_disabled: bool = True,
) -> Iterator[Row]:
    """Yield the users with these log-ins, a hundred a request; letter case is no difference."""
    wanted = {name.casefold() for name in names}
    for place in range(0, len(names), LARGEST_PAGE):
        conditions = [
            {"field": "Name", "operator": "=", "value": name, "entry_aggregator": "OR"}
            for name in names[place : place + LARGEST_PAGE]
        ]
        params = [("fields", ",".join(fields)), *page_params(1, LARGEST_PAGE)]
        page = fetch_users(http, conditions, params, with_disabled=with_disabled)
        # A server that ignores the condition shows everybody.
        yield from (row for row in page.rows if str(row.get("Name")).casefold() in wanted)


def tell_disabled(http: HttpClient, rows: list[Row]) -> None:
    """Fill in `Disabled` where lists leave it empty: who is found without them is enabled."""
    silent = [row for row in rows if row.get("Disabled") in (None, "") and row.get("Name")]
    if not silent:
        return
    enabled = find_by_name(http, [str(row["Name"]) for row in silent], with_disabled=False)
    for row in silent:
        row["Disabled"] = "0" if str(row["Name"]).casefold() in enabled else "1"


def _since(moment: datetime) -> Condition:
    return {"field": "LastUpdated", "operator": ">", "value": show_moment(moment - SECOND)}
