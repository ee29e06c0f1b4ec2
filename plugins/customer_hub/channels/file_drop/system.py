"""The system of one channel: its column templates decide how payloads map."""

from typing import Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.channels.file_drop.layout import find_layout
from customer_hub.channels.file_drop.mapping import map_payload


class FileDropSystem:
    """What `contract.System` asks for, by the templates of `config`."""

    WRITABLE: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - as a module's
    CREATABLE: dict[str, tuple[str, ...]] = {}  # noqa: RUF012

    def __init__(self, config: ChannelConfig) -> None:
        self._config = config

    def open_channel(self, config: ChannelConfig, access: Access) -> FileDrop:
        """Return the drop of `config`, not yet connected.

        Raises:
            ConfigurationError: an entity has no column template.
        """
        return FileDrop(config, access)

    def map_record(self, entity: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Map a row (customer) or a receipt (sales_order) to RAW_FIELDS[entity]; pure, total.

        Raises:
            ConfigurationError: the entity has no column template.
        """
        return map_payload(find_layout(self._config, entity), payload)
