"""What single landed versions say, current or not: for history, which only points at sealed values."""

from collections.abc import Iterable

from sqlalchemy import Connection

from customer_hub.core import sql, subjects
from customer_hub.core.seal import Sealer
from customer_hub.standardise.rows import SourceRows
from customer_hub.standardise.run import standardise_version


def open_landed(
    connection: Connection, sealer: Sealer, version_ids: Iterable[int]
) -> dict[int, SourceRows]:
    """Return the standardised rows of landed versions, by the standardiser of today.

    One that was redacted, or whose subject has no salt any more, is absent: it was erased.

    Args:
        connection: a reading transaction.
        sealer: opens the segment `payload`.
        version_ids: as golden versions point at them.

    Raises:
        SealError: a payload does not open, or the process may open none.
    """
    rows = sql.rows(connection, "standardise/select_versions", version_ids=sorted(set(version_ids)))
    salts = subjects.read_salts(connection, sorted({row.subject for row in rows}))
    return {
        row.version_id: standardise_version(sealer, row.entity, row, salts)
        for row in rows
        if row.subject in salts
    }
