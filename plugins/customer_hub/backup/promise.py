"""The promise how old the newest backup that counts may be; the hub's own table is asked, no store."""

from collections.abc import Callable

from customer_hub.backup.retention import read_retention
from customer_hub.core import db, sql


def tell_overdue(tell: Callable[[str, int, int], object]) -> None:
    """Have people told, once a day, when the newest verified backup is older than promised.

    Args:
        tell: is given its id, its age in hours, and what was promised.
    """
    promised = read_retention().backup.promise_hours
    with db.begin() as connection:
        for row in sql.rows(connection, "backup/claim_overdue", promise_hours=promised):
            tell(row.backup_id, round(row.age_hours), promised)
