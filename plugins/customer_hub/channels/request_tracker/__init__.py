"""Request Tracker: the support desk's users and tickets over its REST API 2.0."""

from customer_hub.channels.request_tracker.client import (
    CAPABILITIES,
    CREATABLE,
    DELETABLE,
    STANDARD,
    WRITABLE,
    open_channel,
)
from customer_hub.channels.request_tracker.mapping import map_record

__all__ = [
    "CAPABILITIES",
    "CREATABLE",
    "DELETABLE",
    "STANDARD",
    "WRITABLE",
    "map_record",
    "open_channel",
]
