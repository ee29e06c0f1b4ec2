"""What the targets hold, as the sandbox itself knows it: read past the hub's own clients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from local.sandbox.process import SandboxProcess

# The entities that the hub writes to, as the sandbox names them.
_WRITTEN = (("shop", "customers"), ("crm", "Account"), ("crm", "Contact"), ("support", "user"))
_STAMPS = frozenset({"date_modified", "date_modified_gmt", "modifiedAt", "LastUpdated"})
_OWN = frozenset({"id", "createdAt"})


def read_targets(sandbox: SandboxProcess) -> dict[str, Mapping[str, Any]]:
    """Return what stands in the targets by channel/entity/id, but for when it was changed."""
    return {
        key: {name: value for name, value in body.items() if name not in _STAMPS}
        for key, body in _read(sandbox)
    }


def find_made(sandbox: SandboxProcess, world: Mapping[str, object]) -> dict[str, str]:
    """Return the CRM's id and the hub's id of what was not there when the `world` was read."""
    return {
        str(body["id"]): str(body["cHubId"]) for key, body in _read(sandbox) if key not in world
    }


def target_state(sandbox: SandboxProcess, world: Mapping[str, object]) -> Counter[str]:
    """Return every standing record whole, as text; one that stands there twice counts two.

    What the hub made stands without the id and the moment that the target gave it. A field that was
    emptied is as good as one that was never filled.
    """
    return Counter(
        repr((key if key in world else "made", sorted(_strip(body, key in world).items())))
        for key, body in read_targets(sandbox).items()
    )


def _strip(body: Mapping[str, Any], is_known: bool) -> dict[str, Any]:
    return {
        name: value
        for name, value in body.items()
        if value is not None and (is_known or name not in _OWN)
    }


def _read(sandbox: SandboxProcess) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for channel, entity in _WRITTEN:
        for record in sandbox.records(channel, entity).values():
            if not record["deleted"]:
                yield f"{channel}/{entity}/{record['id']}", record["body"]
