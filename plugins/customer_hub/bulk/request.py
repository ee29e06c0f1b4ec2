"""What an export is asked for: by options, or as a reviewed file of include/exports."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from customer_hub.bulk import orders
from customer_hub.bulk.access import KNOWN, Role, read_role
from customer_hub.bulk.column_types import ColumnType, type_of
from customer_hub.bulk.columns import TEMPLATE_NEEDS, TOLD
from customer_hub.channels.config import INCLUDE
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import describe_faults, name_nearest

REQUESTS_DIR = INCLUDE / "exports"
CHANNEL = "channel"
CONFIDENCE = "confidence"
# Codes alone: a request is kept and shown, so that no person's data may stand in it.
FILTERS = {
    "customer": (
        "kind", "region_code", "industry_code", "level_code", "lifecycle_code", "language_code",
        "currency_code", "status", CHANNEL, *TOLD,
    ),
    "sales_order": orders.FILTERS,
}  # fmt: skip


class ExportRequest(BaseModel):
    """An export: for which role and why, which customers or orders, which columns, in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: Literal["customer", "sales_order"] = "customer"
    role: str = Field(description="of include/policy/access.toml")
    purpose: str = Field(min_length=3, description="kept in the manifest and the audit log")
    format: Literal["csv", "xlsx", "jsonl"] = "csv"
    columns: tuple[str, ...] = Field(
        (), description="none: the import template's; of orders, all that the role sees"
    )
    types: dict[str, ColumnType] = Field(
        {}, description="in place of columns: a contract, each column with what it is"
    )
    filters: dict[str, str] = Field({}, description="code -> what it must be")
    changed_since: AwareDatetime | None = Field(None, description="customers: changed in the hub")
    ordered_from: date | None = Field(None, description="orders: the first business day")
    ordered_to: date | None = Field(None, description="orders: the last one")

    @model_validator(mode="after")
    def _check_contract(self) -> Self:
        if self.types and self.columns:
            raise ValueError("types name the columns already: leave columns out")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it names."""
        return self.columns or tuple(self.types)

    @property
    def is_of_now(self) -> bool:
        """Whether it asks for what the hub knows of the present alone."""
        return CONFIDENCE in {*self.named, *self.filters}

    @property
    def is_template(self) -> bool:
        """Whether it is written as the import template, to be changed and imported again."""
        return self.entity == "customer" and not self.named

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that are read, whatever the form calls them."""
        return TEMPLATE_NEEDS if self.is_template else self.named


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


def check_request(request: ExportRequest, as_of: datetime | None, now: datetime) -> Role:
    """Return the role of a request that may be served.

    Args:
        request: what is asked for.
        as_of: as the hub had it then; None: now.
        now: the hub's clock.

    Raises:
        ConfigurationError: it asks for what its role may not see, or for what does not exist.
    """
    role = read_role(request.role, request.entity)
    known, filters = KNOWN[request.entity][0], FILTERS[request.entity]
    faults = [
        f"no {kind} {name}{name_nearest(name, there)}"
        for kind, names, there in (
            ("column", request.named, known),
            ("filter", request.filters, filters),
        )
        for name in names
        if name not in there
    ]
    allowed = {*role.whole, *(() if request.is_template else role.masked)}
    # Who may ask for those with a value sees the value.
    may_filter = [name for name in filters if _find_column(request.entity, name) in role.whole]
    hidden = sorted(set(request.filters) & {*filters} - {*may_filter})
    if hidden:
        faults.append(f"role {request.role} may not filter by: {', '.join(hidden)}")
    denied = sorted(set(request.needed) & {*known} - allowed)
    if denied:
        how = "whole, as the template needs" if request.is_template else "at all"
        faults.append(f"role {request.role} may not see {how}: {', '.join(denied)}")
    if not role.whole and not role.masked:
        faults.append(f"role {request.role} may not see any {request.entity}")
    faults += [
        f"{name} is one of {', '.join(codes)}, not {request.filters[name]}"
        for name, codes in TOLD.items()
        if request.filters.get(name, codes[0]) not in codes
    ]
    faults += _list_breaches(request, role)
    faults += _list_misplaced(request, as_of)
    if as_of and as_of > now:
        faults.append("as_of lies in the future")
    if faults:
        raise ConfigurationError(
            "; ".join(faults),
            where="export",
            hint=f"columns: {', '.join(each for each in known if each in allowed)};"
            f" filters: {', '.join(may_filter)}",
        )
    return role


def _find_column(entity: str, name: str) -> str:
    """Return the column that shows what a filter chooses by: a customer may be known to several channels."""
    return "channels" if (entity, name) == ("customer", CHANNEL) else name


def _list_breaches(request: ExportRequest, role: Role) -> list[str]:
    """Return where the hub no longer gives what a contract promises to those who build on it."""
    given = {
        name: "mask" if name in role.masked else type_of(name)
        for name in request.types
        if name in KNOWN[request.entity][0]
    }
    return [
        f"the contract promises {name} as {request.types[name]}, role {request.role} gets {type_}"
        for name, type_ in given.items()
        if type_ != request.types[name]
    ]


def _list_misplaced(request: ExportRequest, as_of: datetime | None) -> list[str]:
    """Return what the other entity alone can be asked, or the present alone."""
    first, last = request.ordered_from, request.ordered_to
    faults = []
    if request.entity == "customer":
        if first or last:
            faults.append("only orders have a period: entity sales_order")
        if as_of and request.is_of_now:
            faults.append(f"{CONFIDENCE} is of now: leave it out, or as_of")
        return faults
    if request.changed_since:
        faults.append("orders have no changed_since: give the days that they were ordered on")
    if first and last and last < first:
        faults.append("the period ends before it begins")
    return faults
