"""Customers of an export: golden records as the hub had them at a moment, in columns or as the template."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from customer_hub.bulk.columns import TOLD, list_segments, show_columns, show_template
from customer_hub.bulk.request import CHANNEL, ExportRequest
from customer_hub.bulk.tables import TableWriter
from customer_hub.core import db, keys, sql
from customer_hub.core.errors import ConfigurationError
from customer_hub.revealing import Access, Revealer

_CHUNK = 500


def check_segments(columns: Sequence[str]) -> None:
    """Refuse columns that this process has no key for.

    Raises:
        ConfigurationError: names the segments.
    """
    missing = list_segments(columns) - frozenset(keys.sealer().segments)
    if missing:
        raise ConfigurationError(
            f"this process has no key for {', '.join(sorted(missing))}",
            where="export",
            hint="ask for other columns, or run it where the key is",
        )


def write_customers(
    connection: Connection,
    table: TableWriter,
    request: ExportRequest,
    masked: frozenset[str],
    moment: datetime,
) -> int:
    """Write the customers of a request by their ids; returns how many. The caller holds off merges."""
    sealer, access = keys.sealer(), Access(list_segments(request.needed))
    count = 0
    filters = dict(request.filters)
    channel = filters.pop(CHANNEL, None)
    told = {name: filters.pop(name, None) for name in TOLD}
    chunks = sql.stream(
        connection,
        "bulk/stream_customers",
        chunk=_CHUNK,
        as_of=moment,
        equal=json.dumps(filters),
        channel=channel,
        changed_since=request.changed_since,
        **{
            f"tells_{name}": asked is not None or name in request.named
            for name, asked in told.items()
        },
        **told,
    )
    with db.look_beside() as beside:  # a cursor is open on the other connection
        for chunk in chunks:
            revealer = Revealer(beside, sealer, access, chunk)
            for row in chunk:
                values = revealer.reveal(row)
                if request.is_template:
                    table.write(show_template(row, values))
                else:
                    table.write(show_columns(row, values, request.named, masked))
            count += len(chunk)
    return count
