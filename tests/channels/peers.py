"""The systems that the contract suite runs against. A further one joins by an entry in PEERS."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.channels.contract import Access, Channel
from customer_hub.channels.scaffold import make_channel
from local.sandbox.process import SandboxProcess

PAGE_SIZE = 5
# What the sandboxes need: plain http, any rate, and quick answers to the faults (a hung request is
# given up after 0.3 s).
SANDBOX_EXTRA = {
    "allow_insecure": "true",
    "requests_per_second": "1000",
    "attempts": "4",
    "first_wait": "0.01",
    "longest_wait": "3",
    "connect_timeout": "2",
    "read_timeout": "0.3",
}


@dataclass(frozen=True)
class Peer:
    """One system: how it is opened, and how its sandbox names what the hub names otherwise.

    Where one entity is several types of the system (`Call Meeting`), the type stands before the id.
    """

    name: str
    login: tuple[str, str]
    remote: Mapping[str, str]
    writes: Mapping[str, Mapping[str, str]]
    swept: tuple[str, ...]
    create: Mapping[str, str] = field(default_factory=dict)
    write_method: str = "PUT"

    def rows(self, sandbox: SandboxProcess, entity: str) -> dict[str, dict[str, Any]]:
        """Return what the sandbox itself holds of an entity, by source id."""
        types = self.remote[entity].split()
        return {
            f"{name}-{row['id']}" if len(types) > 1 else str(row["id"]): row
            for name in types
            for row in sandbox.records(self.name, name).values()
        }

    def config(self, **changes: Any) -> ChannelConfig:
        """Return the channel's own TOML with small pages, or that which a new channel begins with."""
        return _find_config(self.name).model_copy(update={"page_size": PAGE_SIZE, **changes})

    def access(self, sandbox: SandboxProcess, **extra: str) -> Access:
        """Return the log-in of a sandbox."""
        secrets = {"": "", **sandbox.secrets[self.name]}
        login, password = (secrets[key] for key in self.login)
        login = login.removesuffix("/token")  # which the description of Zendesk puts there
        return Access(sandbox.url(self.name, ""), login, password, {**SANDBOX_EXTRA, **extra})

    def open(self, sandbox: SandboxProcess, **extra: str) -> Channel:
        """Return the channel, open on a sandbox."""
        config = self.config()
        return config.load_system().open_channel(config, self.access(sandbox, **extra))


def _find_config(name: str) -> ChannelConfig:
    channels = read_channels()
    if name in channels:
        return channels[name]
    return ChannelConfig(**tomllib.loads(make_channel(name, name)))


PEERS = {
    peer.name: peer
    for peer in (
        Peer(
            "crm",
            ("", "api_key"),
            {"customer": "Account", "contact": "Contact", "interaction": "Call Meeting Email"},
            {
                "customer": {
                    "hub_id": "h-1",
                    "level_code": "VIP",
                    "region_code": "110000",
                    "legal_name": "Renamed Trading Ltd",
                    "short_name": "Renamed",
                    "industry_code": "F51",
                    "phone": "+8675526001234",
                    "mail": "renamed@crm.example",
                    "website": "https://renamed.example",
                },
                "contact": {"hub_id": "h-2"},
            },
            ("customer", "contact", "interaction"),
            {"legal_name": "New Trading", "mail": "new@crm.example", "hub_id": "h-new"},
        ),
        Peer(
            "shop",
            ("consumer_key", "consumer_secret"),
            {"customer": "customers", "sales_order": "orders"},
            {"customer": {"hub_id": "h-1", "level_code": "VIP"}},
            ("customer",),
        ),
        Peer(
            "support",
            ("user", "password"),
            {"customer": "user", "ticket": "ticket"},
            {"customer": {"hub_id": "h-1"}},
            ("customer",),
        ),
        Peer(
            "hubspot",
            ("", "access_token"),
            {"customer": "companies", "contact": "contacts"},
            {
                "customer": {
                    "hub_id": "h-1",
                    "level_code": "VIP",
                    "region_code": "110000",
                    "legal_name": "Renamed Trading Ltd",
                    "phone": "+8675526001234",
                    "website": "https://renamed.example",
                },
                "contact": {"hub_id": "h-2"},
            },
            ("customer", "contact"),
            {"legal_name": "New Trading", "hub_id": "h-new"},
            "PATCH",
        ),
        Peer(
            "zendesk",
            ("user", "api_token"),
            {"customer": "users", "ticket": "tickets", "feedback": "satisfaction_ratings"},
            {
                "customer": {
                    "hub_id": "h-1",
                    "level_code": "VIP",
                    "legal_name": "Renamed Trading Ltd",
                    "phone": "+8675526001234",
                }
            },
            ("customer", "feedback"),
            {"legal_name": "New Trading", "mail": "new@desk.example", "hub_id": "h-new"},
        ),
    )
}
READ = [(peer.name, entity) for peer in PEERS.values() for entity in peer.remote]
WRITTEN = [(peer.name, entity) for peer in PEERS.values() for entity in peer.writes]
SWEPT = [(peer.name, entity) for peer in PEERS.values() for entity in peer.swept]
