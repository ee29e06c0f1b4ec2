"""What a new record in a target starts with: opened from the golden customer, in memory only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import read_salts
from customer_hub.publish.ownership import CLEAR_FIELDS, HUB_ID, CreateRule
from customer_hub.publish.points import POINT_FIELDS, read_golden_points


def read_create_values(
    connection: Connection,
    sealer: Sealer,
    rule: CreateRule,
    prefix: str,
    golden_ids: Sequence[UUID],
) -> dict[UUID, dict[str, str]]:
    """Return the fields of new records by golden id; who needs none any more is absent.

    Phones and mails that many share are left out: a target would take the record for another's.

    Args:
        connection: the caller's transaction.
        sealer: with the segments identity and contact.
        rule: names the fields.
        prefix: of the source keys of the target, e.g. ``crm/customer/``.
        golden_ids: golden customers to create.
    """
    ids = list(golden_ids)
    rows = sql.rows(connection, "publish/select_create_values", golden_ids=ids, prefix=prefix)
    salts = read_salts(connection, [f"golden:{row.golden_id}" for row in rows])
    values: dict[UUID, dict[str, str]] = {}
    for row in rows:
        known = {name: getattr(row, name) for name in CLEAR_FIELDS["customer"]}
        known[HUB_ID] = str(row.golden_id)
        if row.identity_sealed is not None:
            salt = salts[f"golden:{row.golden_id}"]
            known |= sealer.unseal(
                "master.customer", "identity", str(row.golden_id), salt, row.identity_sealed
            )
        values[row.golden_id] = {name: known[name] for name in rule.fields if known.get(name)}
    if any(name in rule.fields for name in POINT_FIELDS):
        for golden_id, points in read_golden_points(connection, sealer, list(values)).items():
            values[golden_id] |= {
                name: point.value for name, point in points.items() if name in rule.fields
            }
    return values
