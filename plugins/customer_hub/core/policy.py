"""Policy as data: the files of include/policy as one hashed content, and its active version."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.seal import canonical_json

POLICY_DIR = Path(__file__).resolve().parents[3] / "include" / "policy"


@dataclass(frozen=True, slots=True)
class Policy:
    """All policy files by stem (match, survivorship, ownership, .., model) and their digest."""

    content: dict[str, Any]
    digest: bytes


@lru_cache(maxsize=4)
def read_policy(folder: Path = POLICY_DIR) -> Policy:
    """Read every .toml and .json file of the folder.

    Raises:
        ConfigurationError: names every file that cannot be parsed.
    """

    content: dict[str, Any] = {}
    faults = []
    for path in sorted(folder.glob("*.*")):
        if path.suffix not in (".toml", ".json"):
            continue
        text = path.read_text(encoding="utf-8")
        try:
            content[path.stem] = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        except ValueError as error:
            faults.append(f"{path.name}: {error}")
    if faults:
        raise ConfigurationError("; ".join(faults), where="include/policy", hint="fix the file")
    return Policy(content, hashlib.sha256(canonical_json(content)).digest())


def ensure_active_version(connection: Connection, policy: Policy) -> int:
    """Return the number of the active policy version, which must be `policy`.

    The first policy of an empty hub activates itself; later ones are activated by a full rebuild.

    Raises:
        ConfigurationError: the files differ from the active version.
    """
    active = sql.rows(connection, "core/select_active_policy")
    if not active:
        return activate_version(connection, policy)
    if bytes(active[0].digest) != policy.digest:
        raise ConfigurationError(
            f"the files of include/policy are not the active policy version {active[0].policy_version}",
            where="include/policy",
            hint="activate them by a full rebuild: `hub rebuild --activate`",
        )
    return int(active[0].policy_version)


def activate_version(connection: Connection, policy: Policy) -> int:
    """Store the policy and make it the active version; the caller rebuilds in the same transaction."""
    row = sql.rows(
        connection,
        "core/activate_policy",
        digest=policy.digest,
        content=json.dumps(policy.content, sort_keys=True, default=str),
    )[0]
    return int(row.policy_version)
