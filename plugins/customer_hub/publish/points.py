"""Phones and mails to be sent, opened in memory only: of golden customers, and of a target's own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import read_salts

POINT_FIELDS = ("phone", "mail")
# A landline is a company's own; a mobile is some person's, so it comes second.
_FIELD_OF = {"phone": "phone", "mobile": "phone", "mail": "mail"}


@dataclass(frozen=True, slots=True)
class GoldenPoint:
    """The best phone or mail of a golden customer, who gave it, and when that was changed."""

    value: str = field(repr=False)
    giver_key: str
    given_at: datetime | None


def read_golden_points(
    connection: Connection, sealer: Sealer, golden_ids: Sequence[UUID]
) -> dict[UUID, dict[str, GoldenPoint]]:
    """Return the best phone and mail of golden customers by field; those that many share are left out."""
    rows = sql.rows(connection, "publish/select_golden_points", golden_ids=list(golden_ids))
    salts = read_salts(connection, sorted({f"golden:{row.golden_id}" for row in rows}))
    best: dict[UUID, dict[str, GoldenPoint]] = defaultdict(dict)
    for row in rows:
        name = _FIELD_OF[row.type]
        if name in best[row.golden_id]:
            continue
        key, salt = f"{row.golden_id}|{row.ordinal}", salts[f"golden:{row.golden_id}"]
        opened = sealer.unseal("master.contact_point", "contact", key, salt, row.contact_sealed)
        best[row.golden_id][name] = GoldenPoint(opened["value"], row.source_key, row.given_at)
    return dict(best)


def read_own_points(
    connection: Connection, sealer: Sealer, keys: Sequence[str]
) -> dict[str, dict[str, set[str]]]:
    """Return all phones and mails of a target's own records, standardised, by field."""
    rows = sql.rows(connection, "publish/select_own_points", keys=list(keys))
    salts = read_salts(connection, sorted({f"source:{row.source_key}" for row in rows}))
    own: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        key, salt = f"{row.source_key}|{row.ordinal}", salts[f"source:{row.source_key}"]
        opened = sealer.unseal("source.contact_point", "contact", key, salt, row.contact_sealed)
        own[row.source_key][_FIELD_OF[row.type]].add(opened["value"])
    return own
