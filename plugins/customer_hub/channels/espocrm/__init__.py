"""EspoCRM: companies and persons (Account) and their contacts (Contact) over its REST API."""

from customer_hub.channels.espocrm.client import (
    CAPABILITIES,
    CREATABLE,
    DELETABLE,
    STANDARD,
    WRITABLE,
    open_channel,
)
from customer_hub.channels.espocrm.mapping import map_record

__all__ = [
    "CAPABILITIES",
    "CREATABLE",
    "DELETABLE",
    "STANDARD",
    "WRITABLE",
    "map_record",
    "open_channel",
]
