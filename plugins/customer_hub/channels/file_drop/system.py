"""The system of one channel: its column templates decide how payloads map."""

from collections.abc import Mapping
from typing import Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access, Capabilities, Standard
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.channels.file_drop.layout import find_layout
from customer_hub.channels.file_drop.mapping import map_payload

CAPABILITIES = {
    name: Capabilities("updated_since", largest_page=1000, shows_deletes=True, lists_ids=False)
    for name in ("customer", "sales_order")
}
STANDARD = {
    "customer": Standard(
        "members",
        "versioned",
        "shown",
        more="""
# Which column is which field: see plugins/customer_hub/channels/file_drop/README.md.
[entities.customer.template]
version = 1
columns = { id = "会员号", name = "姓名", mobile = "手机", modified = "更新时间", status = "状态" }
values = { status = { "注销" = "delete" } }
""",
    ),
    "sales_order": Standard(
        "sales",
        "versioned",
        more="""
[entities.sales_order.template]
version = 1
columns = { id = "小票号", ordered = "交易时间", customer = "会员号", line_no = "行号", amount = "金额" }
""",
    ),
}
WRITABLE: Mapping[str, tuple[str, ...]] = {}


class FileDropSystem:
    """What `contract.System` asks for, by the templates of `config`."""

    CAPABILITIES = CAPABILITIES
    STANDARD = STANDARD
    WRITABLE = WRITABLE
    CREATABLE = WRITABLE
    DELETABLE: tuple[str, ...] = ()

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
