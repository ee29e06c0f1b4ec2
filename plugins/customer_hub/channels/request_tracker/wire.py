"""What Request Tracker is asked and how it answers: lists, conditions, times."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from customer_hub.channels.record import read_source_id
from customer_hub.channels.update_order import Slice
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.http import HttpClient, Params

LARGEST_PAGE = 100
USERS, USER = "/REST/2.0/users", "/REST/2.0/user/{id}"
TICKETS, TICKET = "/REST/2.0/tickets", "/REST/2.0/ticket/{id}"
HISTORY, ATTACHMENTS = "/REST/2.0/ticket/{id}/history", "/REST/2.0/ticket/{id}/attachments"
USER_FIELDS = (
    "id", "Name", "RealName", "NickName", "Organization", "EmailAddress", "MobilePhone",
    "WorkPhone", "HomePhone", "Address1", "Address2", "City", "State", "Zip", "Country", "Lang",
    "Comments", "Created", "LastUpdated", "Disabled", "CustomFields",
)  # fmt: skip
TICKET_FIELDS = (
    "id", "Subject", "Status", "Queue", "Owner", "Requestor", "Priority", "Created", "Started",
    "LastUpdated", "Resolved", "CustomFields",
)  # fmt: skip
_HISTORY_FIELDS = (
    "Type", "Created", "Creator", "Field", "OldValue", "NewValue", "Content", "ContentType",
)  # fmt: skip
_MESSAGES = ("Create", "Correspond", "Comment")
_PATIENCE = 6
Row = dict[str, Any]


def fetch_list(
    http: HttpClient,
    path: str,
    params: Params,
    *,
    ids: Mapping[str, str] | None = None,
    body: Any = None,
    cursor: str = "",
) -> Slice:
    """Return one page; a body makes it a POST, which Request Tracker takes as a query.

    Raises:
        ChannelContentError: the answer is no page.
    """
    method = "GET" if body is None else "POST"
    answer = http.read(path, ids=ids, params=params, method=method, body=body, cursor=cursor)
    page = answer.body if isinstance(answer.body, dict) else {}
    rows, total = page.get("items"), page.get("total")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ChannelContentError(
            "a page without its items",
            where=f"{http.channel} {path}",
            hint="see channels/request_tracker/README.md",
        )
    is_full = len(rows) >= int(dict(params)["per_page"])
    return Slice(rows, total if isinstance(total, int) else None, answer.read_clock(), is_full)


def project(row: Row, fields: tuple[str, ...]) -> Row:
    """Return the fields of a record in a form that does not change between two answers.

    Request Tracker is written in Perl: the same number comes as 7 or as "7", and custom fields come
    in any order. Lists and single records also show different extras.
    """
    shown = {name: row[name] for name in fields if name in row}
    for name, value in shown.items():
        if isinstance(value, int):
            shown[name] = str(int(value))
    custom = shown.get("CustomFields")
    if isinstance(custom, list):
        shown["CustomFields"] = sorted(custom, key=_read_name)
    return shown


def fetch_history(http: HttpClient, ticket_id: str) -> list[Row]:
    """Return a ticket's transactions by id, with the text of its messages.

    Raises:
        ChannelContentError: the pages do not end.
    """
    known: dict[str, Row] = {}
    for page in _walk_pages(http, HISTORY, _HISTORY_FIELDS, ticket_id):
        known |= {read_source_id(row): row for row in page.rows}
    rows = sorted(known.values(), key=_read_number)
    silent = [r for r in rows if r.get("Type") in _MESSAGES and not r.get("Content")]
    if silent:
        _fill_texts(http, ticket_id, silent)
    return rows


def _fill_texts(http: HttpClient, ticket_id: str, silent: list[Row]) -> None:
    """Give messages their text from the attachments, where Request Tracker keeps it."""
    texts: dict[str, str] = {}
    fields = ("TransactionId", "ContentType", "Content")
    for page in _walk_pages(http, ATTACHMENTS, fields, ticket_id):
        for row in sorted(page.rows, key=_read_number):
            content = row.get("Content")
            if row.get("ContentType") == "text/plain" and isinstance(content, str) and content:
                texts.setdefault(str(row.get("TransactionId")), content)
    for row in silent:
        text = texts.get(str(row.get("id")))
        if text is not None:
            row |= {"Content": text, "ContentType": "text/plain"}


def _walk_pages(
    http: HttpClient, path: str, fields: tuple[str, ...], ticket_id: str
) -> Iterator[Slice]:
    """Yield the pages of a list that only ever grows at its end, so that page numbers hold."""
    seen: set[str] = set()
    number, fruitless = 1, 0
    while True:
        params = [("fields", ",".join(fields)), *page_params(number, LARGEST_PAGE)]
        params += [("orderby", "id"), ("order", "ASC")]
        page = fetch_list(
            http, path, params, ids={"id": ticket_id}, cursor=f"ticket {ticket_id} page {number}"
        )
        ids = {read_source_id(row) for row in page.rows}
        if not page.rows and page.total is None:
            return
        fruitless = 0 if ids - seen else fruitless + 1
        seen |= ids
        yield page
        if page.total is not None and len(seen) >= page.total and not page.is_full:
            return
        if fruitless >= _PATIENCE:
            raise ChannelContentError(
                "the pages loop: the same rows come again",
                where=f"{http.channel} {path} ticket {ticket_id}",
                hint="see channels/request_tracker/README.md; running the gather again is safe",
            )
        number += 1 if page.rows else 0


def page_params(number: int, size: int) -> list[tuple[str, str]]:
    """Return the parameters of page `number`, from 1."""
    return [("page", str(number)), ("per_page", str(size))]


def show_moment(moment: datetime) -> str:
    """Return a moment as Request Tracker's database and TicketSQL word it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _read_name(field: Any) -> str:
    return str(field.get("name")) if isinstance(field, Mapping) else ""


def _read_number(row: Row) -> tuple[int, str]:
    text = read_source_id(row)
    return (int(text), "") if text.isdecimal() else (0, text)
