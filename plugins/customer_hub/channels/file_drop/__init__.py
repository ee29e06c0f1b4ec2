"""File drops: CSV and Excel files that a system leaves behind, over SFTP, in a folder or on S3."""

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.file_drop.system import CAPABILITIES, STANDARD, WRITABLE, FileDropSystem

__all__ = ["CAPABILITIES", "STANDARD", "WRITABLE", "bind"]


def bind(config: ChannelConfig) -> FileDropSystem:
    """Return the system as the column templates of a channel make it."""
    return FileDropSystem(config)
