"""The sandbox's secrets: what its servers demand, and the other half that its clients hold."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

Secrets = dict[str, dict[str, str]]
EXPECTED = {
    "shop": ("consumer_key", "consumer_secret"),
    "crm": ("api_key",),
    "support": ("user", "password"),
    "pos": ("user", "public_key", "host_private_key"),
    "hubspot": ("access_token", "client_id", "client_secret", "refresh_token"),
    "zendesk": ("user", "api_token"),
    "control": ("token",),
}


@dataclass(frozen=True)
class SandboxSecrets:
    """Two halves of one set: `server` goes into --secrets, `client` to whoever connects."""

    server: Secrets = field(repr=False)
    client: Secrets = field(repr=False)


def make_secrets() -> SandboxSecrets:
    """Make a fresh random set; client.pos holds private_key and host_public_key (OpenSSH text)."""
    log_in, host = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    shared: Secrets = {
        "shop": {
            "consumer_key": f"ck_{secrets.token_hex(20)}",
            "consumer_secret": f"cs_{secrets.token_hex(20)}",
        },
        "crm": {"api_key": secrets.token_hex(16)},
        "support": {"user": "hub", "password": secrets.token_urlsafe(18)},
        "hubspot": {
            "access_token": f"pat-na1-{secrets.token_hex(16)}",
            "client_id": secrets.token_hex(16),
            "client_secret": secrets.token_hex(16),
            "refresh_token": secrets.token_hex(16),
        },
        "zendesk": {"user": "hub@desk.example/token", "api_token": secrets.token_hex(20)},
        "control": {"token": secrets.token_urlsafe(24)},
    }
    server_pos = {
        "user": "pos",
        "public_key": log_in.export_public_key().decode().strip(),
        "host_private_key": host.export_private_key().decode(),
    }
    client_pos = {
        "user": "pos",
        "private_key": log_in.export_private_key().decode(),
        "host_public_key": host.export_public_key().decode().strip(),
    }
    return SandboxSecrets({**shared, "pos": server_pos}, {**shared, "pos": client_pos})


def read_secrets(path: Path, asked: Iterable[str]) -> Secrets:
    """Read the servers' half; raises ValueError naming what the servers asked for lack."""
    given: dict[str, Any] = json.loads(path.read_text())
    missing = [
        f"{channel}.{name}"
        for channel in asked
        for name in EXPECTED[channel]
        if not given.get(channel, {}).get(name)
    ]
    if missing:
        raise ValueError(f"sandbox secrets lack {', '.join(missing)}")
    return given
