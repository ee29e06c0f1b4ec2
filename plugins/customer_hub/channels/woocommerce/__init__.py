"""WooCommerce: the online shop's customers and orders over its REST API v3."""

from customer_hub.channels.woocommerce.client import (
    CAPABILITIES,
    CREATABLE,
    DELETABLE,
    STANDARD,
    WRITABLE,
    open_channel,
)
from customer_hub.channels.woocommerce.mapping import map_record

__all__ = [
    "CAPABILITIES",
    "CREATABLE",
    "DELETABLE",
    "STANDARD",
    "WRITABLE",
    "map_record",
    "open_channel",
]
