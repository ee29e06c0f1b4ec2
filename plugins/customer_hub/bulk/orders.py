"""Orders of an export: each once, whatever channels carry it, and its lines as a table of their own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from customer_hub.bulk.tables import Cell, TableWriter
from customer_hub.core import db, sql
from customer_hub.core.as_of import ZONE, begin_day, end_day
from customer_hub.core.past import wait_until_past
from customer_hub.standardise.past_orders import restore_orders

KEY = "source_key"  # the first column of both tables, by which lines find their order
_LINE = "line."
_AMOUNTS = (
    "total_amount", "discount_amount", "shipping_amount", "fee_amount", "tax_amount", "paid_amount",
    "refunded_amount", "net_amount",
)  # fmt: skip
_LINE_NUMBERS = (
    "quantity", "price_amount", "line_amount", "shipped_quantity", "returned_quantity",
)  # fmt: skip
COLUMNS = (
    "golden_id", "legal_name", "channel", "order_number", "ordered_at", "status_code",
    "currency_code", *_AMOUNTS,
    *(
        f"{_LINE}{name}"
        for name in (
            "line_no", "product_code", "product_name", "category", "is_return", "returns_line_no",
            *_LINE_NUMBERS,
        )
    ),
)  # fmt: skip
FILTERS = ("status_code", "channel")
_CHUNK = 2000


def choose_columns(columns: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the headers of the table of orders and of that of lines, which may be none at all."""
    lines = tuple(name.removeprefix(_LINE) for name in columns if name.startswith(_LINE))
    head = tuple(name for name in columns if not name.startswith(_LINE))
    return (KEY, *head), (KEY, *lines) if lines else ()


@contextmanager
def open_orders(as_of: datetime | None) -> Iterator[Connection]:
    """Open a transaction that sees the orders as they are now, or as they were at a past moment.

    Raises:
        HubError: a build is at work, which a look at the past does not bear, or something else that
            began before the moment.
        ConfigurationError: the policy is not the active version.
    """
    if as_of is None:
        with db.begin() as connection:
            yield connection
        return
    wait_until_past(as_of)
    # What a merge at work commits later would belong to a moment that is past already.
    with db.rehearse("standardise", "merge") as connection:
        restore_orders(connection, as_of)
        yield connection


def write_orders(
    connection: Connection,
    tables: Sequence[TableWriter],
    filters: Mapping[str, str],
    first_day: date | None,
    last_day: date | None,
    as_of: datetime | None,
) -> list[int]:
    """Write orders by their time, and their lines where a second table is given.

    One statement reads both, so that no line is without its order. Returns the rows of each table.

    Args:
        connection: the caller's transaction.
        tables: that of orders, and perhaps that of lines.
        filters: out of FILTERS.
        first_day: the first business day in Asia/Shanghai; None: no bound.
        last_day: the last one; with a bound, orders that bear no time are left out.
        as_of: who held the orders then; None: now.
    """
    rows = [0 for _ in tables]
    chunks = sql.stream(
        connection,
        "bulk/stream_orders",
        chunk=_CHUNK,
        as_of=as_of,
        start_at=begin_day(first_day),
        end_at=end_day(last_day),
        **{name: filters.get(name) for name in FILTERS},
    )
    for chunk in chunks:
        for row in chunk:
            tables[0].write({name: _show(value) for name, value in row._mapping.items()})
            for line in row.order_lines if len(tables) > 1 else ():
                tables[1].write({KEY: row.source_key, **_show_line(line)})
                rows[1] += 1
        rows[0] += len(chunk)
    return rows


def _show_line(line: Mapping[str, Any]) -> dict[str, Cell]:
    cells = {name: _show(value) for name, value in line.items()}
    numbers = {name: Decimal(line[name]) for name in _LINE_NUMBERS if line[name] is not None}
    return cells | numbers


def _show(value: Any) -> Cell:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
