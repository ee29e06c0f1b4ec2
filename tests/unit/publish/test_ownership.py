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
            assert set(rule.written) <= set(channel.load_system().WRITABLE[entity])


def test_all_faults_are_named_at_once() -> None:
    content: dict[str, Any] = {
        "supprt": {"customer": {"owners": {"hub_id": "hub"}}},
        "pos": {"customer": {"owners": {"hub_id": "hub"}}},
        "crm": {
            "customer": {
                "owners": {
                    "hub_id": "hub",
                    "colour": "hub",
                    "webside": "target",
                    "kind": "most_recent",
                    "level_code": "fill_if_empty",
                },
                "create": {"kinds": ["organisation"], "fields": ["hub_id", "lifecycle_code"]},
            },
            "contact": {"owners": {"name": "target"}, "delete": True},
            "ticket": {"owners": {"hub_id": "hub"}},
        },
        "shop": {
            "customer": {
                "owners": {"hub_id": "hub", "region_code": "hub"},
                "create": {"kinds": ["person"], "fields": ["hub_id", "legal_name"]},
            }
        },
        "support": {"customer": {"owners": {"hub_id": "newest"}, "update": ["hub_id"]}},
    }
    with pytest.raises(ConfigurationError) as caught:
        read_ownership("crm", content)
    text = str(caught.value)
    for fault in (
        "supprt is no channel; did you mean support?",
        "pos is no target",
        "crm.customer.owners colour has no golden value",
        "crm.customer.owners webside has no golden value; did you mean website?",
        "crm.customer.owners kind has no slot in the system",
        "crm.customer.owners level_code can only be the hub's",
        "crm.customer.create.fields lifecycle_code has no slot in the system",
        "crm.customer.create.fields lacks legal_name",
        'crm.contact.owners lacks hub_id = "hub"',
        "crm.contact.delete: the hub deletes only what it creates",
        "crm.ticket is no customer or contact",
        "shop.customer.owners region_code has no slot",
        "shop.customer.create: the hub cannot create",
        "support.customer.owners.hub_id Input should be 'hub', 'most_recent'",
        "support.customer.update is no key here",
    ):
        assert fault in text, fault
