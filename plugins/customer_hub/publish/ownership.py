"""Who owns what in each target: ownership.toml, checked against what systems can hold."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.channels.hub_fields import HUB_SLOTS
from customer_hub.channels.policy import read_policy
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import describe_faults, name_nearest
from customer_hub.publish.decision import Owner
from customer_hub.publish.points import POINT_FIELDS

HUB_ID = "hub_id"
# Golden columns in clear that may be sent, beside the golden id itself.
CLEAR_FIELDS: dict[str, tuple[str, ...]] = {
    "customer": (
        "kind", "legal_name", "short_name", "region_code", "industry_code", "level_code",
        "lifecycle_code", "website", "language_code", "currency_code", "status",
    ),
    "contact": ("name", "title", "role_code", "status"),
}  # fmt: skip
# What a new record may be given besides; it comes out of a seal.
SEALED_CODE = "social_credit_code"


class CreateRule(BaseModel):
    """Which golden customers get a record in a target that has none, and what it starts with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[Literal["person", "organisation"], ...] = Field(min_length=1)
    levels: tuple[str, ...] = Field((), description="only these levels; empty: any")
    fields: tuple[str, ...] = Field(min_length=1)


class Ownership(BaseModel):
    """Who owns what in one entity of one target."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owners: dict[str, Owner] = Field(min_length=1)
    create: CreateRule | None = None
    delete: bool = Field(False, description="whether records that the hub made may be deleted")

    @property
    def written(self) -> tuple[str, ...]:
        """The fields that the hub may write: all that are not the target's own."""
        return tuple(name for name, owner in self.owners.items() if owner != "target")


def read_ownership(
    channel: str,
    content: Mapping[str, Any] | None = None,
    channels: Mapping[str, ChannelConfig] | None = None,
) -> dict[str, Ownership]:
    """Return what the hub owns in each entity of one target.

    Args:
        channel: the target; one that owns nothing here gives {}.
        content: ownership.toml as read; None: the policy's own.
        channels: all channels by name; None: those of include/channels.

    Raises:
        ConfigurationError: names every fault of the whole file at once.
    """
    given = read_policy().content.get("ownership", {}) if content is None else content
    known = read_channels() if channels is None else channels
    faults: list[str] = []
    owned: dict[str, dict[str, Ownership]] = {}
    for name, tables in given.items():
        config = known.get(name)
        fault = _find_channel_fault(name, config, tables, known)
        if fault or config is None:
            faults.append(fault)
            continue
        for entity, table in tables.items():
            try:
                rule = Ownership.model_validate(table)
            except ValidationError as error:
                faults += [f"{name}.{entity}.{each}" for each in describe_faults(Ownership, error)]
                continue
            faults += _find_field_faults(config, entity, rule)
            owned.setdefault(name, {})[entity] = rule
    if faults:
        raise ConfigurationError(
            f"{len(faults)} fault(s): " + "; ".join(faults),
            where="include/policy/ownership.toml",
            hint="the slots that a system has stand in the README of its folder below channels/",
        )
    return owned.get(channel, {})


def _find_channel_fault(
    name: str, config: ChannelConfig | None, tables: Any, known: Iterable[str]
) -> str:
    if config is None:
        return f"{name} is no channel{name_nearest(name, known)}"
    if not isinstance(tables, Mapping):
        return f"{name} holds no tables of entities"
    if not config.publish:
        return f"{name} is no target: publish = false in include/channels"
    if config.personal_key:
        return f"{name} cannot be a target: personal_key hides the ids to write to"
    return ""


def _find_field_faults(config: ChannelConfig, entity: str, rule: Ownership) -> list[str]:
    where = f"{config.name}.{entity}"
    if entity not in CLEAR_FIELDS or entity not in config.entities:
        return [f"{where} is no customer or contact of the channel"]
    system = config.load_system()
    known = (HUB_ID, *CLEAR_FIELDS[entity], *(POINT_FIELDS if entity == "customer" else ()))
    slots = system.WRITABLE.get(entity, ())
    faults = _name_unknown(f"{where}.owners", rule.written, known, slots)
    theirs = [name for name, owner in rule.owners.items() if owner == "target"]
    faults += _name_unknown(f"{where}.owners", theirs, known, known)
    if rule.owners.get(HUB_ID) != "hub":
        faults.append(
            f'{where}.owners lacks {HUB_ID} = "hub", without which no record is found again'
        )
    faults += [
        f"{where}.owners {name} can only be the hub's: its slot is the hub's alone"
        for name in HUB_SLOTS
        if name != HUB_ID and rule.owners.get(name) in ("most_recent", "fill_if_empty")
    ]
    if rule.create is not None:
        creatable = system.CREATABLE.get(entity, ())
        if entity != "customer" or not creatable:
            return [*faults, f"{where}.create: the hub cannot create records there"]
        makes = (*known, SEALED_CODE)
        faults += _name_unknown(f"{where}.create.fields", rule.create.fields, makes, creatable)
        faults += [
            f"{where}.create.fields lacks {name}"
            for name in (HUB_ID, "legal_name")
            if name not in rule.create.fields
        ]
    if rule.delete and (rule.create is None or entity not in system.DELETABLE):
        faults.append(f"{where}.delete: the hub deletes only what it creates, where it can")
    return faults


def _name_unknown(
    where: str, fields: Iterable[str], known: tuple[str, ...], slots: tuple[str, ...]
) -> list[str]:
    faults = []
    for name in fields:
        if name not in known:
            faults.append(f"{where} {name} has no golden value{name_nearest(name, known)}")
        elif name not in slots:
            nearest = name_nearest(name, (each for each in slots if each in known))
            faults.append(f"{where} {name} has no slot in the system{nearest}")
    return faults
