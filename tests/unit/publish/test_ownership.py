"""ownership.toml: what it gives to the hub, and every fault of it at once."""

from typing import Any

import pytest

from customer_hub.channels.config import read_channels
from customer_hub.core.errors import ConfigurationError
from customer_hub.publish.ownership import read_ownership


def test_every_target_owns_what_its_system_can_hold() -> None:
    for name, channel in read_channels().items():
        owned = read_ownership(name)
        assert bool(owned) == channel.publish
        for entity, rule in owned.items():
            assert set(rule.update) <= set(channel.load_system().WRITABLE[entity])


def test_all_faults_are_named_at_once() -> None:
    content: dict[str, Any] = {
        "nowhere": {"customer": {"update": ["hub_id"]}},
        "pos": {"customer": {"update": ["hub_id"]}},
        "crm": {
            "customer": {
                "update": ["hub_id", "colour"],
                "create": {"kinds": ["organisation"], "fields": ["hub_id", "lifecycle_code"]},
            },
            "contact": {"update": ["level_code"]},
            "ticket": {"update": ["hub_id"]},
        },
        "shop": {
            "customer": {
                "update": ["hub_id", "region_code"],
                "create": {"kinds": ["person"], "fields": ["hub_id", "legal_name"]},
            }
        },
        "support": {"customer": {"update": [], "delete": True}},
    }
    with pytest.raises(ConfigurationError) as caught:
        read_ownership("crm", content)
    text = str(caught.value)
    for fault in (
        "nowhere is no channel",
        "pos is no target",
        "crm.customer.update colour has no golden value",
        "crm.customer.create.fields lifecycle_code has no slot in the system",
        "crm.customer.create.fields lacks legal_name",
        "crm.contact.update lacks hub_id",
        "crm.ticket is no customer or contact",
        "shop.customer.update region_code has no slot",
        "shop.customer.create: the hub cannot create",
        "support.customer.update",
        "support.customer.delete",
    ):
        assert fault in text, fault
