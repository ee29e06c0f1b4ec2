"""Policy as data: all that decides as one hashed content, and its active version."""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.seal import canonical_json

SUFFIXES = (".toml", ".json")
# What people may see, and how long backups stay, decides nothing about the master.
ASIDE = frozenset({"access", "retention"})
POLICY_DIR = Path(__file__).resolve().parents[3] / "include" / "policy"


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides, by name, and its digest, by which two are compared.

    The policy files by stem (match, survivorship, ownership, .., model), beside them `channels`
    and `versions` (see channels/policy.py).
    """

    content: dict[str, Any] = field(compare=False)
    digest: bytes


def make_policy(content: dict[str, Any]) -> Policy:
    """Return the policy of that content."""
    return Policy(content, hashlib.sha256(canonical_json(content)).digest())


def read_policy_files(folder: Path = POLICY_DIR) -> dict[str, Any]:
    """Read every .toml and .json file of the folder that decides about the master, by stem.

    Raises:
        ConfigurationError: names every file that cannot be parsed.
    """
    return parse_policy_files(filter(is_deciding, sorted(folder.glob("*.*"))))


def is_deciding(path: Path) -> bool:
    """Tell a file that decides about the master from whatever else lies in a folder of policy."""
    return path.suffix in SUFFIXES and path.stem not in ASIDE


def parse_policy_files(paths: Iterable[Path]) -> dict[str, Any]:
    """Read some policy files, by stem.

    Raises:
        ConfigurationError: names every file that cannot be parsed.
    """
    content: dict[str, Any] = {}
    faults = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        try:
            content[path.stem] = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        except ValueError as error:
            faults.append(f"{path.name}: {error}")
    if faults:
        raise ConfigurationError("; ".join(faults), where="include/policy", hint="fix the file")
    return content


def ensure_active_version(connection: Connection, policy: Policy) -> int:
    """Return the number of the active policy version, which must be `policy`.

    The first policy of an empty hub activates itself, and so does one that only knows further
    channels: they decide nothing about what stands. Others are activated by a full rebuild.

    Raises:
        ConfigurationError: the policy differs from the active version.
    """
    active = sql.rows(connection, "core/select_active_policy")
    if not active:
        return activate_version(connection, policy)
    if bytes(active[0].digest) != policy.digest:
        parts = find_changed_parts(active[0].content, policy)
        if not parts:
            return activate_version(connection, policy)
        raise ConfigurationError(
            f"not the active policy version {active[0].policy_version}: {', '.join(parts)}",
            where="include/policy, include/channels",
            hint="put them back, or activate them by `hub rebuild --activate --reason ..`",
        )
    return int(active[0].policy_version)


def activate_version(connection: Connection, policy: Policy) -> int:
    """Store the policy and make it the active version; the caller rebuilds in the same transaction."""
    row = sql.rows(
        connection,
        "core/activate_policy",
        digest=policy.digest,
        content=_to_json(policy),
    )[0]
    return int(row.policy_version)


def find_changed_parts(active: dict[str, Any], policy: Policy) -> list[str]:
    """Return the names of what differs; a channel that the active version lacks does not."""
    now = _split_channels(json.loads(_to_json(policy)))
    before = _split_channels(active)
    names = sorted(before.keys() | {name for name in now if not name.startswith("channels/")})
    return [name for name in names if now.get(name) != before.get(name)]


def _to_json(policy: Policy) -> str:
    return json.dumps(policy.content, sort_keys=True, default=str)


def _split_channels(content: dict[str, Any]) -> dict[str, Any]:
    channels = content.get("channels", {})
    parts = {f"channels/{name}": facts for name, facts in channels.items()}
    return {**parts, **{name: part for name, part in content.items() if name != "channels"}}
