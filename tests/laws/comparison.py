"""What two hubs hold, row by row, with what may differ between them made alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from customer_hub.core import db, keys, table_hash
from customer_hub.core.table_hash import TABLES

Rows = dict[str, Counter[tuple[str, str]]]
_MOMENTS = re.compile(r'"(version_at|first_created_at)":"[^"]*"')


def current_rows(made: Mapping[str, str]) -> Rows:
    """Return the current rows of every table.

    The moments of two kinds of records are left out, for no two hubs see them alike: what has no
    update time of its own is dated by when it was seen, and what the hub made by when it was made.

    Args:
        made: the ids that targets chose for what the hub made, each with the id that the hub gave.
    """
    with db.begin() as connection:
        undated = set(
            connection.exec_driver_sql(
                "select source_key from landing.version where not is_own_time"
            ).scalars()
        )
        found: Rows = {}
        for table in TABLES:
            rows: Counter[tuple[str, str]] = Counter()
            for key, content in table_hash.read_rows(connection, keys.sealer(), table):
                text = content.decode()
                if key in undated or any(each in key for each in made):
                    text = _MOMENTS.sub("", text)
                for given, own in made.items():
                    key, text = key.replace(given, own), text.replace(given, own)
                rows[key, text] += 1
            found[table] = rows
    return found


def differing(left: Rows, right: Rows) -> dict[str, int]:
    """Return the tables that differ, with the number of rows; never a value."""
    return {
        table: count
        for table in TABLES
        if (count := ((left[table] - right[table]) + (right[table] - left[table])).total())
    }
