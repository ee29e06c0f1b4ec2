"""The verdict on a window: every rule over every landed upsert, in chunks of bounded size."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from customer_hub.channels.config import ChannelConfig
from customer_hub.core import db, keys, landing, sql, subjects
from customer_hub.core.landing import LandedVersion
from customer_hub.validate.frame import KEY, Chunk, build_frame, describe_versions
from customer_hub.validate.suites import Outcome, Rule, Suite

CHUNK_SIZE = 5000
_SHARE_FLOOR = 10
_COLUMN_FLOOR = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """One landed version that breaks one row rule."""

    version_id: int
    source_key: str
    rule: Rule

    @property
    def is_critical(self) -> bool:
        """Whether it keeps the version back; a warning only marks it."""
        return self.rule.severity == "critical"


@dataclass(slots=True)
class Verdict:
    """What the gate found in a window. Keys, counts and rule ids only."""

    suite: Suite
    judged: int = 0
    evaluated: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    filled: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    ahead: timedelta | None = None
    batch: list[Outcome] = field(default_factory=list)

    @property
    def kept_back(self) -> set[int]:
        """Ids of the versions that break a critical rule."""
        return {failure.version_id for failure in self.failures if failure.is_critical}

    @property
    def broken_batch_rules(self) -> list[str]:
        """Names of the critical batch rules that hold the window."""
        return [
            outcome.rule.name
            for outcome in self.batch
            if outcome.failed_keys and outcome.rule.severity == "critical"
        ]

    def add_chunk(self, versions: list[LandedVersion], chunk: Chunk) -> None:
        """Judge one chunk by the row rules and add what was found."""
        source_keys = {version.version_id: version.source_key for version in versions}
        self.judged += len(versions)
        self.filled += chunk.filled
        self.unknown += chunk.unknown
        gap = max((version.version_at - version.seen_at for version in versions), default=None)
        if gap is not None and (self.ahead is None or gap > self.ahead):
            self.ahead = gap
        for outcome in self.suite.judge(chunk.frame, "row", KEY):
            self.evaluated[outcome.rule.name] += outcome.evaluated
            self.failures += [
                Failure(version_id, source_keys[version_id], outcome.rule)
                for version_id in outcome.failed_keys
            ]

    def judge_batch(self, window: Any, max_failed_share: float) -> None:
        """Judge the window as a whole by the batch rules.

        Args:
            window: its row in hub.gathered_window.
            max_failed_share: share of failing rows that the channel's entity may have.
        """
        failed = len(self.kept_back) / max(self.judged, _SHARE_FLOOR)
        summary = {
            "window_id": window.window_id,
            "received_count": window.received_count,
            # A share of a handful of rows says little: it is taken of ten rows at least.
            "failed_share_of_limit": failed / max_failed_share,
            "absent_columns": self._find_absent_columns(),
            "clock_behind_hours": _hours(
                window.end_at - window.seen_at if window.seen_at else None
            ),
            "ahead_of_clock_hours": _hours(self.ahead),
        }
        self.batch = self.suite.judge(build_frame([summary]), "batch", "window_id")

    def _find_absent_columns(self) -> str | None:
        """Return the required columns that are empty in all of a sizeable window, or None."""
        if self.judged < _COLUMN_FLOOR:
            return None
        absent = [name for name in self.suite.required_columns if not self.filled[name]]
        return ",".join(absent) or None


def judge_window(config: ChannelConfig, window: Any, suite: Suite) -> Verdict:
    """Judge every landed upsert of a window, then the window; writes nothing.

    Args:
        config: the channel.
        window: the row of hub.gathered_window; its versions do not change while it is landed.
        suite: the suite of the channel's entity.
    """
    verdict = Verdict(suite)
    for versions in read_versions("validate/select_versions", window_id=window.window_id):
        verdict.add_chunk(versions, describe_versions(config, window.entity, versions))
    verdict.judge_batch(window, config.entities[window.entity].max_failed_share)
    return verdict


def read_versions(statement: str, **params: Any) -> Iterator[list[LandedVersion]]:
    """Yield landed versions in chunks, payloads open, each chunk read in its own transaction."""
    sealer, after = keys.sealer(), 0
    while True:
        with db.begin() as connection:
            rows = sql.rows(connection, statement, after=after, size=CHUNK_SIZE, **params)
            salts = subjects.read_salts(connection, sorted({row.subject for row in rows}))
        if not rows:
            return
        yield list(landing.open_versions(sealer, rows, salts))
        after = rows[-1].version_id


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds() / 3600
