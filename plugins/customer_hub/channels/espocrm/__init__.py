"""EspoCRM: companies and persons (Account) and their contacts (Contact) over its REST API."""

from customer_hub.channels.espocrm.client import CREATABLE, WRITABLE, open_channel
from customer_hub.channels.espocrm.mapping import map_record

__all__ = ["CREATABLE", "WRITABLE", "map_record", "open_channel"]
