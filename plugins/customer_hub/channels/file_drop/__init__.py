"""File drops: CSV files that a system leaves behind every night, over SFTP or in a folder."""

from customer_hub.channels.file_drop.channel import CAPABILITIES, STANDARD, WRITABLE, open_channel
from customer_hub.channels.file_drop.mapping import map_record

__all__ = ["CAPABILITIES", "STANDARD", "WRITABLE", "map_record", "open_channel"]
