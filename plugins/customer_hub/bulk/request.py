"""What an export is asked for: by options, or as a reviewed file of include/exports."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from customer_hub.bulk.access import Role, read_role
from customer_hub.bulk.columns import COLUMNS, TEMPLATE_NEEDS
from customer_hub.channels.config import INCLUDE
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import describe_faults

REQUESTS_DIR = INCLUDE / "exports"
# Codes alone: a request is kept and shown, so that no person's data may stand in it.
FILTERS = (
    "kind", "region_code", "industry_code", "level_code", "lifecycle_code", "language_code",
    "currency_code", "status",
)  # fmt: skip


class ExportRequest(BaseModel):
    """An export: for which role and why, which customers, which columns, in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str = Field(description="of include/policy/access.toml")
    purpose: str = Field(min_length=3, description="kept in the manifest and the audit log")
    format: Literal["csv", "xlsx", "jsonl"] = "csv"
    columns: tuple[str, ...] = Field((), description="none: the import template's")
    filters: dict[str, str] = Field({}, description="golden code -> what it must be")
    changed_since: AwareDatetime | None = None

    @property
    def is_template(self) -> bool:
        """Whether it is written as the import template, to be changed and imported again."""
        return not self.columns

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that are read, whatever the form calls them."""
        return self.columns or TEMPLATE_NEEDS


def make_request(**facts: object) -> ExportRequest:
    """Return a request from options or a file.

    Raises:
        ConfigurationError: names every fault.
    """
    try:
        return ExportRequest.model_validate(facts)
    except ValidationError as error:
        raise ConfigurationError(
            "; ".join(describe_faults(ExportRequest, error)),
            where="export",
            hint="see docs/guides/bulk.md",
        ) from None


def read_request(name: str, folder: Path = REQUESTS_DIR) -> ExportRequest:
    """Return a saved request.

    Raises:
        ConfigurationError: there is none of that name, or it is wrong.
    """
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in known:
        raise ConfigurationError(
            f"no saved export {name}", where="include/exports", hint=f"there are: {known}"
        )
    return make_request(**tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))


def check_request(request: ExportRequest, as_of: datetime, now: datetime) -> Role:
    """Return the role of a request that may be served.

    Raises:
        ConfigurationError: it asks for what its role may not see, or for what does not exist.
    """
    role = read_role(request.role)
    faults = [f"no column {name}" for name in request.columns if name not in COLUMNS]
    faults += [f"no filter {name}" for name in request.filters if name not in FILTERS]
    allowed = {*role.whole, *(() if request.is_template else role.masked)}
    denied = sorted(set(request.needed) & COLUMNS.keys() - allowed)
    if denied:
        how = "whole, as the template needs" if request.is_template else "at all"
        faults.append(f"role {request.role} may not see {how}: {', '.join(denied)}")
    if as_of > now:
        faults.append("as_of lies in the future")
    if faults:
        raise ConfigurationError(
            "; ".join(faults),
            where="export",
            hint=f"columns: {', '.join(COLUMNS)}; filters: {', '.join(FILTERS)}",
        )
    return role
