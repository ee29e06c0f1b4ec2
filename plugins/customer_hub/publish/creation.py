"""What a new record in a target starts with: opened from the golden customer, in memory only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import read_salts
from customer_hub.publish.ownership import CLEAR_FIELDS, HUB_ID, CreateRule

# A landline is a company's own; a mobile is some person's, so it comes second.
_POINT_FIELDS = {"phone": "phone", "mobile": "phone", "mail": "mail"}


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
    for row in sql.rows(connection, "publish/select_create_points", golden_ids=list(values)):
        name = _POINT_FIELDS[row.type]
        if name not in rule.fields or name in values[row.golden_id]:
            continue
        key, salt = f"{row.golden_id}|{row.ordinal}", salts[f"golden:{row.golden_id}"]
        point = sealer.unseal("master.contact_point", "contact", key, salt, row.contact_sealed)
        values[row.golden_id][name] = point["value"]
    return values
