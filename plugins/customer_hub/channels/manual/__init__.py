"""What people enter by hand: one CSV template with every field of a customer."""

from customer_hub.channels.manual.channel import CAPABILITIES, STANDARD, WRITABLE, open_channel
from customer_hub.channels.manual.mapping import map_record

__all__ = ["CAPABILITIES", "STANDARD", "WRITABLE", "map_record", "open_channel"]
