"""Landed versions of one channel and entity as the frame that a suite reads."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.zone import find_zone
from customer_hub.core.landing import LandedVersion, escape_unstorable
from customer_hub.validate.contact_facts import describe_contact
from customer_hub.validate.customer_facts import describe_customer
from customer_hub.validate.facts import Facts
from customer_hub.validate.feedback_facts import describe_feedback
from customer_hub.validate.interaction_facts import describe_interaction
from customer_hub.validate.order_facts import describe_order
from customer_hub.validate.ticket_facts import describe_ticket

if TYPE_CHECKING:
    import pandas as pd

KEY = "version_id"
_DESCRIBE: Mapping[str, Callable[[LandedVersion, Mapping[str, Any], str], Facts]] = {
    "customer": describe_customer,
    "contact": describe_contact,
    "sales_order": describe_order,
    "ticket": describe_ticket,
    "interaction": describe_interaction,
    "feedback": describe_feedback,
}


@dataclass(slots=True)
class Chunk:
    """Some landed versions, judged value by value.

    ``filled`` counts in how many records each raw column has something; ``unknown`` counts the
    native fields that nobody mapped.
    """

    frame: "pd.DataFrame" = field(repr=False)
    filled: Counter[str]
    unknown: Counter[str]


def describe_versions(
    config: ChannelConfig, entity: str, versions: Sequence[LandedVersion]
) -> Chunk:
    """Map the payloads of upserts and return their facts, one row a version.

    Args:
        config: the channel that they came from.
        entity: which entity they are.
        versions: landed upserts with their payloads open.
    """
    system, describe = config.load_system(), _DESCRIBE[entity]
    filled: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    rows = []
    for version in versions:
        record = system.map_record(entity, version.payload)
        filled.update(name for name, value in record.items() if value not in (None, "", [], ()))
        unknown.update(escape_unstorable(str(name)) for name in record.get("unknown") or ())
        rows.append(describe(version, record, find_zone(version, record, config.timezone)))
    return Chunk(build_frame(rows), filled, unknown)


def build_frame(rows: Sequence[Facts]) -> "pd.DataFrame":
    """Return facts as a frame of Python objects: None stays None, dates and booleans stay exact."""
    import pandas as pd

    return pd.DataFrame(list(rows), dtype=object)
