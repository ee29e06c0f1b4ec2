"""How long backups stay: include/policy/retention.toml, and which ones that keeps."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from customer_hub.core.as_of import ZONE
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import describe_faults
from customer_hub.core.policy import POLICY_DIR

RETENTION = POLICY_DIR / "retention.toml"


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BackupRules(_Rules):
    """Of how many days, weeks and months a backup stays, and how old the newest may get."""

    daily: int = Field(ge=1)
    weekly: int = Field(ge=0)
    monthly: int = Field(ge=0)
    promise_hours: int = Field(ge=1)


class KeyRules(_Rules):
    """How many days a key backup stays beside the newest one."""

    keep_days: int = Field(ge=1)


class Retention(_Rules):
    """The whole file."""

    backup: BackupRules
    keys: KeyRules


def read_retention(path: Path = RETENTION) -> Retention:
    """Read the rules.

    Raises:
        ConfigurationError: names every fault of the file.
    """
    try:
        return Retention.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise _refuse(path, describe_faults(Retention, error)) from None
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise _refuse(path, [f"cannot be read: {type(error).__name__}"]) from None


def _refuse(path: Path, faults: Sequence[str]) -> ConfigurationError:
    return ConfigurationError(
        "; ".join(faults), where=f"include/policy/{path.name}", hint="see docs/guides/backups.md"
    )


def choose_kept(proven: Sequence[tuple[str, datetime]], rules: BackupRules) -> dict[str, set[str]]:
    """Return the ids of the verified backups that stay, each with why.

    The newest one stays; of the last days and weeks that have one, the newest; of the last months
    the first, which is marked monthly and stays the same one for the whole month. Days begin in
    Shanghai.

    Args:
        proven: id and time of each verified backup.
        rules: how many.
    """
    kept: dict[str, set[str]] = {}
    ordered = sorted(proven, key=lambda each: each[0])
    if ordered:
        kept[ordered[-1][0]] = {"last"}
    for why, count in (("daily", rules.daily), ("weekly", rules.weekly)):
        newest = {_period(at, why): backup_id for backup_id, at in ordered}
        for period in sorted(newest)[len(newest) - min(count, len(newest)) :]:
            kept.setdefault(newest[period], set()).add(why)
    first = {_period(at, "monthly"): backup_id for backup_id, at in reversed(ordered)}
    for period in sorted(first)[len(first) - min(rules.monthly, len(first)) :]:
        kept.setdefault(first[period], set()).add("monthly")
    return kept


def _period(at: datetime, why: str) -> date:
    day = at.astimezone(ZONE).date()
    if why == "weekly":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if why == "monthly" else day
