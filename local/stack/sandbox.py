"""The sandbox channels as a service of the stack: their secrets, their world, their process.

The two halves of each secret are kept together in the stack's secrets; the servers get their half
in a file, Airflow gets the other one as connections.
"""

from __future__ import annotations

import json
import secrets as randomness
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from local.stack.layout import PROJECT, Layout
from local.stack.ports import HOST
from local.stack.secrets import Secrets, write_private_file
from local.stack.supervise import Service

NAME = "sandbox"
EVENTS_FILE = "events.sqlite"
PORT_NAMES = ("shop", "crm", "support", "pos", "control")
SUPPORT_USER = "hub"
POS_USER = "pos"


def build_service(layout: Layout, ports: dict[str, int], environment: dict[str, str]) -> Service:
    """Write the servers' secrets and return how the sandbox process is started."""
    secrets_file = layout.directory / "sandbox_secrets.json"
    write_private_file(secrets_file, json.dumps(read_server_secrets(layout.secrets)))
    listening = ",".join(f"{name}={ports[name]}" for name in PORT_NAMES)
    command = (
        sys.executable, "-m", "local.sandbox", "--state", str(layout.sandbox),
        "--events", str(find_events(layout)), "--ports", listening,
        "--secrets", str(secrets_file),
    )  # fmt: skip
    return Service(NAME, command, environment, PROJECT, layout.logs / "sandbox.log")


def find_events(layout: Layout) -> Path:
    """Return the file of the world's events, whether it exists or not."""
    return layout.world / EVENTS_FILE


def read_server_secrets(secrets: Secrets) -> dict[str, dict[str, str]]:
    """Return what the sandbox's servers demand, by channel."""
    consumer_key, consumer_secret = _shop_keys(secrets)
    _, login_public = _key_pair(secrets, "pos_login")
    host_private, _ = _key_pair(secrets, "pos_host")
    return {
        "shop": {"consumer_key": consumer_key, "consumer_secret": consumer_secret},
        "crm": {"api_key": secrets.password("crm_api_key")},
        "support": {"user": SUPPORT_USER, "password": secrets.password("support_password")},
        "pos": {"user": POS_USER, "public_key": login_public, "host_private_key": host_private},
        "control": {"token": secrets.password("control_token")},
    }


def build_connections(secrets: Secrets, ports: dict[str, int], manual: Path) -> dict[str, str]:
    """Return the channels' Airflow connections as environment variables (JSON values).

    Args:
        secrets: the stack's secrets.
        ports: where the sandbox's servers listen.
        manual: the folder into which people put files of the manual channel.
    """
    consumer_key, consumer_secret = _shop_keys(secrets)
    login_private, _ = _key_pair(secrets, "pos_login")
    _, host_public = _key_pair(secrets, "pos_host")
    # The sandbox speaks plain http on loopback and bears any rate.
    extra = {"allow_insecure": True, "requests_per_second": 500}
    web = {"conn_type": "http", "schema": "http", "host": HOST, "extra": extra}
    connections: dict[str, dict[str, object]] = {
        "shop": {
            **web,
            "port": ports["shop"],
            "login": consumer_key,
            "password": consumer_secret,
        },
        "crm": {**web, "port": ports["crm"], "password": secrets.password("crm_api_key")},
        "support": {
            **web,
            "port": ports["support"],
            "login": SUPPORT_USER,
            "password": secrets.password("support_password"),
        },
        "pos": {
            "conn_type": "sftp",
            "host": HOST,
            "port": ports["pos"],
            "login": POS_USER,
            "extra": {"private_key": login_private, "host_key": host_public},
        },
    }
    connections["manual"] = {"conn_type": "file", "extra": {"path": str(manual)}}
    return {
        f"AIRFLOW_CONN_HUB_{name.upper()}": json.dumps(connection)
        for name, connection in connections.items()
    }


def _shop_keys(secrets: Secrets) -> tuple[str, str]:
    return (
        secrets.made("shop_consumer_key", lambda: f"ck_{randomness.token_hex(20)}"),
        secrets.made("shop_consumer_secret", lambda: f"cs_{randomness.token_hex(20)}"),
    )


def _key_pair(secrets: Secrets, name: str) -> tuple[str, str]:
    """Return an Ed25519 key pair in OpenSSH's form: private, public."""
    pair = secrets.made_together((f"{name}_private_key", f"{name}_public_key"), _make_key_pair)
    return pair[0], pair[1]


def _make_key_pair() -> tuple[str, str]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return private.decode("ascii"), public.decode("ascii")
