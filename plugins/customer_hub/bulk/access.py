"""What a role may see of an export: include/policy/access.toml."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from customer_hub.bulk.columns import COLUMNS, MASKS
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import ACCESS, POLICY_DIR

ACCESS_FILE = POLICY_DIR / f"{ACCESS}.toml"


class Role(BaseModel):
    """The columns that a role sees whole, and those of which it sees a mask."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    whole: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


def read_role(name: str, path: Path = ACCESS_FILE) -> Role:
    """Return what a role may see.

    Raises:
        ConfigurationError: there is no such role, or the file is wrong; every fault is named.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    roles, faults = {}, []
    for each, columns in raw.items():
        try:
            roles[each] = Role(**columns)
        except ValidationError as error:
            faults += [f"{each}: {fault['msg']}" for fault in error.errors(include_input=False)]
        else:
            faults += [f"{each}: {fault}" for fault in _list_faults(roles[each])]
    if faults:
        raise ConfigurationError("; ".join(faults), where=path.name, hint="fix the file")
    if name not in roles:
        known = ", ".join(sorted(roles))
        raise ConfigurationError(f"no role {name}", where=path.name, hint=f"there are: {known}")
    return roles[name]


def _list_faults(role: Role) -> list[str]:
    unknown = sorted({*role.whole, *role.masked} - COLUMNS.keys())
    faults = [f"no column {name}" for name in unknown]
    faults += [f"{name} has no mask" for name in role.masked if name not in MASKS | set(unknown)]
    faults += [f"{name} is both whole and masked" for name in role.masked if name in role.whole]
    return faults
