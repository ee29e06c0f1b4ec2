"""What the suites of contacts judge, computed from one mapped contact."""

from customer_hub.core.landing import LandedVersion
from customer_hub.validate.facts import (
    Facts,
    Record,
    describe_reach,
    describe_version,
    is_known,
    join_names,
    show_text,
)
from customer_hub.values import code
from customer_hub.values.text import clean

_NAMES = ("name", "surname", "given_name")


def describe_contact(version: LandedVersion, record: Record, zone: str) -> Facts:
    """Return the columns of a contact suite for one landed version; arguments as for customers."""
    name = next((text for field in _NAMES if (text := clean(record.get(field)))), None)
    return {
        **describe_version(version, record, zone),
        "name": show_text(name),
        "raw_names": join_names(record, _NAMES),
        "title_length": len(record.get("title") or ""),
        "role_is_known": is_known(record.get("role"), code.parse_contact_role),
        "customer": show_text(clean(record.get("customer"))),
        **describe_reach(record),
    }
