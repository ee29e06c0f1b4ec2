"""Drill reports: signed documents beside the backups that say which of them counts.

The bucket is what remains when the database is lost, so a backup's state is what its newest
authentic report says. The hub's own tables repeat it for people.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from customer_hub.backup.archive import Archive
from customer_hub.backup.manifest import Manifest, iterate_newest
from customer_hub.backup.object_keys import drill_key_of, drill_prefix_of
from customer_hub.core.errors import BackupError, BackupRefusedError, BackupStoreError

Outcome = Literal["verified", "failed"]
_NAME = re.compile(r"\d{6}\.json")


class Check(BaseModel):
    """One thing that a drill looked at, and what it found; never a value of a row."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    is_passed: bool
    found: str


class Report(BaseModel):
    """A restore drill.

    Attributes:
        format: of this document.
        backup_id: what was restored.
        number: of the backup's reports, from 1.
        manifest_sha256: of its manifest: a report speaks of that one alone.
        keys_id: the key backup that opened it.
        key_id: the backup key that signed this report.
        store_id: of the store.
        state: verified or failed.
        cause: why it failed.
        run_id: who asked for it.
        started_at: begin (UTC).
        finished_at: end (UTC).
        rto_seconds: from the first byte read until the restored database could be used.
        rpo_seconds: how old its data were by then.
        seconds: what each step took.
        rows: how many were restored and compared.
        byte_count: how much was read from the store.
        opened: sealed values that the restored keys opened.
        checks: each thing looked at.
        damaged: names of objects that are missing or changed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = 1
    backup_id: str
    number: int = 0
    manifest_sha256: str
    keys_id: str | None = None
    key_id: str
    store_id: str
    state: Outcome
    cause: str | None = None
    run_id: str
    started_at: datetime
    finished_at: datetime
    rto_seconds: float | None = None
    rpo_seconds: float | None = None
    seconds: dict[str, float] = {}
    rows: int = 0
    byte_count: int = 0
    opened: int = 0
    checks: tuple[Check, ...] = ()
    damaged: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The object key under which it stands."""
        return drill_key_of(self.backup_id, self.number)

    def as_receipt(self) -> dict[str, str | float | int | None]:
        """Return ids and figures, small enough for XCom, and where the whole report is."""
        return {
            "backup_id": self.backup_id,
            "report": self.key,
            "state": self.state,
            "rows": self.rows,
            "opened": self.opened,
            "rto_seconds": self.rto_seconds,
            "rpo_seconds": self.rpo_seconds,
            "checks": len(self.checks),
        }


def write_report(report: Report, archive: Archive) -> Report:
    """Sign a report and put it beside its backup; returns it with its number."""
    earlier = _list_reports(report.backup_id, archive)
    number = _number_of(earlier[-1]) + 1 if earlier else 1
    numbered = report.model_copy(update={"number": number})
    archive.put_signed(numbered.key, numbered.model_dump(mode="json"))
    return numbered


def read_report(manifest: Manifest, archive: Archive) -> Report | None:
    """Return the newest authentic report of a backup; None if there is none."""
    found = (
        _read_authentic(key, manifest, archive)
        for key in reversed(_list_reports(manifest.backup_id, archive))
    )
    return next((report for report in found if report is not None), None)


def was_verified(manifest: Manifest, archive: Archive) -> bool:
    """Tell whether any drill has ever proven a backup, whatever later ones said."""
    found = (
        _read_authentic(key, manifest, archive)
        for key in _list_reports(manifest.backup_id, archive)
    )
    return any(report is not None and report.state == "verified" for report in found)


def _read_authentic(key: str, manifest: Manifest, archive: Archive) -> Report | None:
    try:
        report = Report.model_validate(archive.find_signed(key))
    except (BackupStoreError, BackupRefusedError):
        raise
    except (BackupError, ValidationError):
        return None
    is_of_it = (report.backup_id, report.manifest_sha256) == (manifest.backup_id, manifest.sha256)
    return report if is_of_it else None


def iterate_states(archive: Archive) -> Iterator[tuple[Manifest, Report | None]]:
    """Yield each authentic backup with its newest report, newest first."""
    for manifest in iterate_newest("data", archive):
        yield manifest, read_report(manifest, archive)


def look_back(archive: Archive) -> tuple[Manifest | None, frozenset[str]]:
    """Return the newest backup that counts, and what the last drill of each found damaged.

    The names of damaged objects, of older backups as well: the next backup does not build upon them,
    so that no later one needs them.
    """
    newest: Manifest | None = None
    damaged: set[str] = set()
    for manifest, report in iterate_states(archive):
        if report is not None and report.state == "verified":
            newest = newest or manifest
        damaged.update(report.damaged if report else ())
    return newest, frozenset(damaged)


def _list_reports(backup_id: str, archive: Archive) -> list[str]:
    """Return the keys of a backup's reports, oldest first; whatever else lies there is none."""
    keys = archive.bucket.list(drill_prefix_of(backup_id))
    return [key for key in sorted(keys) if _NAME.fullmatch(key.rpartition("/")[2])]


def _number_of(key: str) -> int:
    return int(key.rpartition("/")[2].removesuffix(".json"))
