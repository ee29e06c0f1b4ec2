"""The dry run of an import: it is landed, judged and built, looked at row by row, and rolled back."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.bulk.file import CHANNEL, LOCK, ImportFile, land_file, tell_planner
from customer_hub.bulk.limits import needs_approval
from customer_hub.bulk.rows import CHUNK, Outcome, RowResult, name_record
from customer_hub.channels.contract import RawRecord
from customer_hub.channels.file_rows import Row as FileRow
from customer_hub.channels.manual.reading import read_numbered
from customer_hub.core import db, keys, sql
from customer_hub.core.errors import HubError
from customer_hub.history import FieldChange, compare_versions
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.revealing import MASKS_ONLY, Revealer
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.closing import judge_landed, read_window, settle_window
from customer_hub.validate.master import validate_master, validate_standard
from customer_hub.validate.suites import Rule
from customer_hub.validate.verdict import Verdict


@dataclass(slots=True)
class Checked:
    """The counts of a dry run: rows by outcome and by rule, changes by field.

    `held_by` names the batch rules that would refuse the file as a whole: nothing was built then.
    """

    landed: int = 0
    needs_approval: bool = False
    held_by: Sequence[str] = ()
    outcomes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain JSON values."""
        return {
            "rows": self.outcomes.total(),
            "landed": self.landed,
            "needs_approval": self.needs_approval,
            "held_by": list(self.held_by),
            "outcomes": dict(sorted(self.outcomes.items())),
            "rules": dict(sorted(self.rules.items())),
            "fields": dict(sorted(self.fields.items())),
        }


def check_import(
    file: ImportFile, author: str, run_id: str, tell: Callable[[RowResult], object]
) -> Checked:
    """Say what an import would do, row by row in the file's order. Nothing of it stays.

    It takes the locks of a gather and of a build for as long as it runs.

    Args:
        file: the filled template.
        author: who would import it.
        run_id: names the rehearsed runs in the log.
        tell: gets every row; what it is told holds a person's data.

    Raises:
        HubError: something waits to be built, or a gather or a build is at work.
        BadDataError: the result would break a suite over the hub's own tables.
        ChannelContentError: the file is not a filled template.
    """
    with db.rehearse(LOCK, "standardise", "match", "merge") as connection:
        _check_built(connection)
        config, gathered = land_file(file, author, run_id)
        window = read_window(gathered.window_id)
        verdict = judge_landed(config, window)
        done = Checked(
            landed=gathered.landed,
            needs_approval=needs_approval(connection, gathered.landed),
            held_by=verdict.broken_batch_rules,
        )
        if not done.held_by:
            settle_window(window, verdict, run_id)
            standardise_pending(run_id)
            tell_planner("bulk/analyze_standardised", gathered)
            validate_standard(run_id)
            match_pending(run_id)
            merge_pending(run_id)
            validate_master(run_id)
        with db.look_beside() as standing:
            reader = _Reader(standing, connection, gathered.window_id, verdict)
            for result in reader.read(file, author):
                done.outcomes[result.outcome] += 1
                done.rules.update(rule.name for rule in result.rules)
                done.fields.update(each.field for each in result.fields)
                tell(result)
    return done


def _check_built(connection: Connection) -> None:
    waiting = sql.rows(connection, "rebuild/count_waiting")[0].waiting
    if waiting:
        raise HubError(
            f"{waiting} records wait to be built: whose changes these are could not be told",
            where="import",
            hint="build first (`airflow dags trigger build_master`), then run this again",
        )


class _Reader:
    """Reads what became of the rows of a file from two transactions: before it, and with it."""

    def __init__(
        self, standing: Connection, imported: Connection, window_id: int, verdict: Verdict
    ) -> None:
        self._standing = standing
        self._imported = imported
        self._window_id = window_id
        self._is_held = bool(verdict.broken_batch_rules)
        self._kept_back = verdict.kept_back
        self._rules: dict[int, list[Rule]] = defaultdict(list)
        for failure in verdict.failures:
            self._rules[failure.version_id].append(failure.rule)

    def read(self, file: ImportFile, author: str) -> Iterator[RowResult]:
        """Yield the results of all rows, a chunk of them in memory."""
        rows = read_numbered(file.path, CHANNEL, author)
        while chunk := list(islice(rows, CHUNK)):
            yield from self._read_chunk(chunk)

    def _read_chunk(self, chunk: Sequence[tuple[FileRow, RawRecord | None]]) -> Iterator[RowResult]:
        named = [name_record(record) for _, record in chunk]
        source_keys = [key for key in named if key]
        versions = {
            row.source_key: int(row.version_id)
            for row in sql.rows(
                self._imported, "bulk/select_landed",
                window_id=self._window_id, source_keys=source_keys,
            )
        }  # fmt: skip
        customers = _Customers(self._standing, self._imported, source_keys)
        for (row, record), key in zip(chunk, named, strict=True):
            version_id = versions.get(key, 0)
            outcome, golden_id, fields = self._judge(key, version_id, customers)
            cause = "" if record is None else str(record.payload.get("_cause", ""))
            rules = self._rules.get(version_id, ())
            yield RowResult(row.line, outcome, golden_id, fields, rules, cause, row.payload)

    def _judge(
        self, key: str, version_id: int, customers: "_Customers"
    ) -> tuple[Outcome, UUID | None, Sequence[FieldChange]]:
        if not key:
            return "untouched", None, ()
        if not version_id:
            return "duplicate", customers.before.get(key), ()
        if version_id in self._kept_back:
            return "quarantined", customers.before.get(key), ()
        if self._is_held:
            return "held", customers.before.get(key), ()
        return customers.compare(key)


class _Customers:
    """The customers of some source keys before and with an import."""

    def __init__(
        self, standing: Connection, imported: Connection, source_keys: Sequence[str]
    ) -> None:
        self.before = _read_holders(standing, source_keys)
        self._after = _read_holders(imported, source_keys)
        self._now = _read_versions(imported, self._after.values())
        members = {key for row in self._now.values() for key in row.member_keys}
        # Whoever held another member is the customer that a row is merged into.
        self._held = _read_holders(standing, sorted(members))
        self._then = _read_versions(standing, [*self._held.values(), *self.before.values()])
        versions = [*self._now.values(), *self._then.values()]
        self._revealer = Revealer(imported, keys.sealer(), MASKS_ONLY, versions)

    def compare(self, key: str) -> tuple[Outcome, UUID | None, Sequence[FieldChange]]:
        """Return what a landed row does: to which customer, and what changes of it."""
        before, after = self.before.get(key), self._after.get(key)
        if after is None or after not in self._now:
            return ("unchanged" if before is None else "changed"), before, ()
        now = self._now[after]
        held = {self._held[each] for each in now.member_keys if each in self._held}
        former = after if after in held else min(held, default=None)
        then = self._then.get(former) if former else None
        fields = compare_versions(now, then, self._revealer).fields
        if before is None:
            return ("new" if former is None else "merged"), after, fields
        if before != after:
            return "moved", after, fields
        return ("changed" if fields else "unchanged"), after, fields


def _read_holders(connection: Connection, source_keys: Sequence[str]) -> dict[str, UUID]:
    found = sql.rows(connection, "bulk/select_holders", source_keys=list(source_keys))
    return {row.source_key: row.golden_id for row in found}


def _read_versions(connection: Connection, golden_ids: Any) -> dict[UUID, Row[Any]]:
    found = sql.rows(connection, "bulk/select_current_versions", golden_ids=sorted(set(golden_ids)))
    return {row.golden_id: row for row in found}
