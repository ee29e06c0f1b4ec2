"""What a customer record would become, for a search before anything is created. Writes nothing."""

from customer_hub.core.clock import now
from customer_hub.standardise.customers import standardise_customer
from customer_hub.standardise.rows import Origin, Record, Row


def preview_customer(record: Record, channel: str, zone: str) -> Row:
    """Return the standardised values of a mapped record, as a search for candidates wants them.

    Args:
        record: the mapped record (RAW_FIELDS["customer"]).
        channel: where it comes from.
        zone: the zone of times without an offset.

    Returns:
        The clear columns, and identity, points and addresses with their values.
    """
    origin = Origin(f"{channel}/customer/", channel, "", 0, now(), is_deleted=False, zone=zone)
    made = standardise_customer(record, origin, None)
    children = {
        table: [
            {**child.row, **child.segments.get("contact", {})}
            for child in made.sealed
            if child.table == table
        ]
        for table in ("contact_point", "address")
    }
    return {
        **made.head.row,
        "identity": made.head.segments["identity"],
        "points": children["contact_point"],
        "addresses": children["address"],
    }
