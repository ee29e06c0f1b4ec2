"""The channels that this company has: one TOML each in include/channels, checked all at once."""

import importlib
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    field_validator,
)

from customer_hub.channels.contract import ENTITIES, System
from customer_hub.channels.template import DELETE, Template, list_faults
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import describe_faults, name_nearest

INCLUDE = Path(__file__).resolve().parents[3] / "include"
CHANNELS_DIR = INCLUDE / "channels"
SYSTEMS_DIR = INCLUDE / "systems"
_PACKAGES_DIR = Path(__file__).parent
NAME = r"^[a-z][a-z0-9_]*$"
_DRIVER = "rest"  # speaks every system that has a description and no package


class EntityConfig(BaseModel):
    """One entity of a channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    remote: str = Field(description="the channel's own name of it: Account, customers, members")
    history: Literal["versioned", "current_state", "full_sweep"] = Field(
        description="how the past can be read; see docs/architecture.md, versions and windows"
    )
    deletes: Literal["none", "shown", "sweep"] = Field(
        "none", description="shown: in the record; sweep: by what a complete sweep misses"
    )
    volatile: tuple[str, ...] = Field(
        (), description="fields outside the digest: a, a.b, or list[name] for key/name lists"
    )
    overlap_minutes: int = Field(5, ge=0, description="how far before its window a run reads")
    lag_seconds: int = Field(
        0, ge=0, description="how long a change stays out of sight; windows end so much earlier"
    )
    max_failed_share: float = Field(
        0.2, gt=0, le=1, description="a window with more failing rows is held for a person"
    )
    template: Template | None = Field(None, description="of a file's columns: file_drop alone")


class PushLimits(BaseModel):
    """How much one push may do to a target without a person's approval, by entity.

    Shares are of the records that the hub knows there. A record that would lose a value counts as
    deleted, and a created one against a share of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    most_created_share: float = Field(0.05, ge=0, le=1)
    most_changed_share: float = Field(0.05, ge=0, le=1)
    most_deleted_share: float = Field(0.005, ge=0, le=1)
    fewest_records: int = Field(
        20, ge=1, description="fewer than this never wait: a share of little is nothing"
    )
    most_drifted_share: float = Field(
        0.01, ge=0, le=1, description="of what a reconciliation read; above it people are told"
    )


class ChannelConfig(BaseModel):
    """One channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME)
    title: str
    system: str = Field(
        pattern=NAME,
        description="package below channels/, or description in include/systems",
    )
    connection: str = Field(description="Airflow connection id")
    schedule: str = Field(description="cron, in the channel's time zone")
    timezone: str = "Asia/Shanghai"
    windows: Literal["days", "interval"] = Field(
        "interval",
        description="days: a run covers whole business days, whatever the hour of its schedule",
    )
    trust: int = Field(ge=0, le=100, description="how far its word is believed, 0..100")
    first_load_from: AwareDatetime = datetime(2000, 1, 1, tzinfo=UTC)
    first_load: StrictBool = Field(
        True, description="no golden id is published before this channel was gathered once"
    )
    orders_from: str | None = Field(
        None, description="the channel that bare order numbers in an order's origin belong to"
    )
    personal_key: StrictBool = Field(False, description="source ids are personal data: hash them")
    page_size: int = Field(100, ge=1, le=1000)
    requests_per_second: float = Field(5, gt=0, le=1000)
    publish: StrictBool = Field(
        False, description="whether it is a target at all; see ownership.toml"
    )
    push_limits: PushLimits = PushLimits()
    entities: dict[str, EntityConfig]

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, value: str) -> str:
        from croniter import croniter

        if not croniter.is_valid(value):
            raise ValueError('is no cron expression, as "0 1 * * *" is: daily at one')
        return value

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is not a time zone of the IANA database") from None
        return value

    @field_validator("entities")
    @classmethod
    def _check_entities(cls, value: dict[str, EntityConfig]) -> dict[str, EntityConfig]:
        if not value:
            raise ValueError(f"is empty; known: {', '.join(ENTITIES)}")
        faults = [
            fault for name, entity in value.items() for fault in _check_template(name, entity)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return value

    def load_system(self) -> System:
        """Return what speaks this channel's system, bound to the TOML if that maps."""
        system: Any = load_system(self.system)
        return system.bind(self) if hasattr(system, "bind") else system  # type: ignore[no-any-return]


def _check_template(name: str, entity: EntityConfig) -> list[str]:
    if entity.template is None:
        return []
    faults = list(list_faults(name, entity.template))
    says_delete = DELETE in entity.template.values.get("status", {}).values()
    if says_delete and entity.deletes != "shown":
        faults.append(f'{name}.deletes must be "shown": its template has a code for {DELETE}')
    return faults


@lru_cache(maxsize=4)
def read_channels(folder: Path = CHANNELS_DIR) -> dict[str, ChannelConfig]:
    """Return all channels by name, read once.

    Raises:
        ConfigurationError: names every fault of every file at once.
    """
    return parse_channels(sorted(folder.glob("*.toml")))


def parse_channels(paths: Iterable[Path]) -> dict[str, ChannelConfig]:
    """Return the channels of some files by name.

    Raises:
        ConfigurationError: names every fault of every file at once.
    """
    channels: dict[str, ChannelConfig] = {}
    faults: list[str] = []
    for path in paths:
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            found = _find_wrong_names(path, raw)
            channels[path.stem] = ChannelConfig(**raw)
        except tomllib.TOMLDecodeError as error:
            found = [str(error)]
        except ValidationError as error:
            found += describe_faults(ChannelConfig, error)
        faults += [f"{path.name}: {each}" for each in found]
    if faults:
        raise ConfigurationError(
            f"{len(faults)} fault(s): " + "; ".join(faults),
            where="include/channels",
            hint="see docs/guides/add-a-channel.md",
        )
    return channels


def _find_wrong_names(path: Path, raw: dict[str, Any]) -> list[str]:
    """Return what is wrong with names that a model alone cannot judge."""
    faults = []
    name, system, entities = raw.get("name"), raw.get("system"), raw.get("entities")
    if isinstance(name, str) and name != path.stem:
        faults.append(f"name is {name}; file and name must agree")
    if isinstance(system, str) and system not in list_systems():
        faults.append(f"no system {system}{name_nearest(system, list_systems())}")
    for entity in entities if isinstance(entities, dict) else ():
        if entity not in ENTITIES:
            nearest = name_nearest(entity, ENTITIES) or f"; known: {', '.join(ENTITIES)}"
            faults.append(f"entities.{entity} is no entity{nearest}")
    return faults


def list_systems() -> list[str]:
    """Return the names of all systems that a channel can have."""
    packages = [each.parent.name for each in _PACKAGES_DIR.glob("*/__init__.py")]
    described = [path.stem for path in SYSTEMS_DIR.glob("*.toml")]
    return sorted({*packages, *described} - {_DRIVER})


def load_system(name: str) -> System:
    """Return what speaks a system: a package, or the driver with the system's description.

    Raises:
        ConfigurationError: the description is wrong; every fault of it is named.
    """
    if (_PACKAGES_DIR / name / "__init__.py").is_file():
        package: Any = importlib.import_module(f"customer_hub.channels.{name}")
        return package  # type: ignore[no-any-return]
    driver: Any = importlib.import_module(f"customer_hub.channels.{_DRIVER}")
    return driver.read_system(SYSTEMS_DIR / f"{name}.toml")  # type: ignore[no-any-return]


def read_channel(name: str) -> ChannelConfig:
    """Return one channel.

    Raises:
        ConfigurationError: there is none of that name.
    """
    channels = read_channels()
    if name not in channels:
        raise ConfigurationError(
            f"no channel {name}",
            where="include/channels",
            hint=f"there are: {', '.join(sorted(channels))}",
        )
    return channels[name]
