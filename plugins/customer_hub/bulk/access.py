"""What a role may see of customers and of orders in an export: include/policy/access.toml."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from customer_hub.bulk import orders
from customer_hub.bulk.columns import COLUMNS, MASKS
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import POLICY_DIR

ACCESS_FILE = POLICY_DIR / "access.toml"
# What there is to be seen of each entity, and what of it has a mask.
KNOWN: dict[str, tuple[Collection[str], frozenset[str]]] = {
    "customer": (COLUMNS, MASKS),
    "sales_order": (orders.COLUMNS, frozenset()),
}


class Role(BaseModel):
    """The columns of an entity that a role sees whole, and those of which it sees a mask."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    whole: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


def read_role(name: str, entity: str, path: Path = ACCESS_FILE) -> Role:
    """Return what a role may see of an entity: nothing, where the file does not name it.

    Raises:
        ConfigurationError: there is no such role, or the file is wrong; every fault is named.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    faults = [fault for each, entities in raw.items() for fault in _list_faults(each, entities)]
    if faults:
        raise ConfigurationError("; ".join(faults), where=path.name, hint="fix the file")
    if name not in raw:
        known = ", ".join(sorted(raw))
        raise ConfigurationError(f"no role {name}", where=path.name, hint=f"there are: {known}")
    return Role(**raw[name].get(entity, {}))


def _list_faults(name: str, entities: Mapping[str, Any]) -> Iterator[str]:
    for entity, columns in entities.items():
        where = f"{name}.{entity}"
        if entity not in KNOWN:
            yield f"{where}: no such entity"
            continue
        try:
            role = Role(**columns)
        except ValidationError as error:
            yield from (f"{where}: {fault['msg']}" for fault in error.errors(include_input=False))
            continue
        known, maskable = KNOWN[entity]
        unknown = {*role.whole, *role.masked} - {*known}
        yield from (f"{where}: no column {each}" for each in sorted(unknown))
        for each in role.masked:
            if each not in maskable | unknown:
                yield f"{where}: {each} has no mask"
            if each in role.whole:
                yield f"{where}: {each} is both whole and masked"
