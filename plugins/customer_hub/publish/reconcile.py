"""Read a target's records back and sort what differs; what is the hub's is planned again."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import RawRecord, Target
from customer_hub.channels.reading import read_records
from customer_hub.core import db, sql
from customer_hub.core.errors import ChannelError
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.core.past import read_clock
from customer_hub.core.receipts import write_receipt
from customer_hub.core.results import BatchResult
from customer_hub.publish.desired import Desired, read_desired
from customer_hub.publish.held import digest_sent
from customer_hub.publish.ownership import Ownership, read_ownership
from customer_hub.publish.readiness import count_unready
from customer_hub.publish.shown import Look, look_at

_log = logging.getLogger(__name__)
_SAMPLE = 200  # records of an entity a day
_CHUNK = 200
_WHOLE_DAYS = 7

Side = Literal["ours", "theirs", "both", "missing", "unseen"]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One difference in the field `name` ("": the record).

    `shown` is what the target holds there, `is_kept` says that the ledger is to know it.
    """

    source_key: str
    name: str
    side: Side
    action: Literal["planned", "noted"] = "noted"
    shown: str | None = field(default=None, repr=False)
    is_kept: bool = False


def reconcile_target(
    config: ChannelConfig, channel: Target, run_id: str, day: date, *, is_whole: bool
) -> BatchResult:
    """Compare records of a target with what it acknowledged and with what the master wants.

    Only reads the target. What the field's owner lets the hub write and the target does not show is
    planned again, and the ledger then says what the target really holds; a target in observe mode is
    only reported. A change there that is the most recent word is left to the gather. A record with
    an open or dead delivery, one that was written during the reading, and one whose change is not
    planned yet are left alone. Safe to run again at any time.

    Args:
        config: the target.
        channel: the open channel.
        run_id: names the run in receipt and log.
        day: chooses the sample, by a hash of day and key: the same day gives the same records.
        is_whole: read everything instead.

    Returns:
        Counts: read, same, moving (left alone), unreadable; drifted (records), and fields by whose
        difference it is: ours, theirs, both; missing and unseen records; planned (deliveries);
        blocked (the master is half built; the rest was not compared).

    Raises:
        ChannelError: the target cannot be asked; what was compared before is kept.
    """
    run = _Run(config, channel, run_id)
    for entity, rule in read_ownership(config.name).items():
        for rows in _choose(config.name, entity, day, is_whole=is_whole):
            if not run.compare(entity, rule, rows):
                break
    _log.info("reconcile %s: run %s, %s", config.name, run_id, run.result.counts)
    counts = dict(run.result.counts)
    if is_whole and not counts.get("blocked"):
        counts["whole"] = 1
    with db.begin() as connection:
        write_receipt(connection, run_id, "reconcile", counts, channel=config.name)
    return run.result


def is_whole_due(config: ChannelConfig, day: date) -> bool:
    """Tell whether nothing has read all of a target since the first of a day's month.

    So the first run of a month reads everything, and after a failure the next one. After a week of
    failures a person is asked for it: a target that never comes to its end is sampled at least.
    """
    if day.day > _WHOLE_DAYS:
        return False
    begin = datetime.combine(day.replace(day=1), time.min, ZoneInfo(config.timezone))
    with db.begin() as connection:
        found = sql.rows(
            connection, "publish/count_whole_reconciles", channel=config.name, since=begin
        )
    return not found[0].whole_count


def is_alarming(config: ChannelConfig, result: BatchResult) -> bool:
    """Return whether so much drifted that people should look why."""
    limits, drifted = config.push_limits, result.counts.get("drifted", 0)
    most = limits.most_drifted_share * result.counts.get("read", 0)
    return drifted > most and drifted >= min(limits.fewest_records, _SAMPLE // 10)


def _choose(
    channel: str, entity: str, day: date, *, is_whole: bool
) -> Iterator[Sequence[Row[Any]]]:
    """Yield the records to read, in chunks."""
    where = {"channel": channel, "entity": entity}
    last = ""
    while True:
        with db.begin() as connection:
            if is_whole:
                rows = sql.rows(
                    connection, "publish/select_records", **where, after_key=last, size=_CHUNK
                )
            else:
                rows = sql.rows(
                    connection, "publish/select_sample", **where, day=day.isoformat(), size=_SAMPLE
                )
        if rows:
            yield rows
        if not rows or not is_whole:
            return
        last = rows[-1].source_key


class _Run:
    """One reconciliation, and what it has counted."""

    def __init__(self, config: ChannelConfig, channel: Target, run_id: str) -> None:
        self.result = BatchResult("reconcile")
        self._config = config
        self._channel = channel
        self._run_id = run_id
        self._sealer = open_sealer()

    def compare(self, entity: str, rule: Ownership, rows: Sequence[Row[Any]]) -> bool:
        """Read some records and store what differs; returns False when the master is half built."""
        with db.begin() as connection:
            began_at = read_clock(connection)
        records = read_records(self._channel, entity, [row.source_id for row in rows])
        with db.begin() as connection:
            target = sql.rows(connection, "publish/lock_target", channel=self._config.name)
            is_enabled = bool(target) and target[0].state == "enabled"
            moving = _find_moving(connection, self._config.name, entity, rows, began_at)
            still = [row for row in rows if row.source_key not in moving]
            read = {row.source_key: records.get(row.source_id) for row in still}
            standing = {
                key: record
                for key, record in read.items()
                if isinstance(record, RawRecord) and record.op == "upsert"
            }
            look = look_at(connection, self._sealer, self._config, self._channel, entity, standing)
            desired = read_desired(
                connection, self._sealer, entity, rule.owners, list(read), look.shown
            )
            if count_unready(connection):
                self.result = self.result.add(blocked=1)
                return False
            unreadable = {key for key, each in read.items() if isinstance(each, ChannelError)}
            missing = desired.keys() - standing.keys() - unreadable
            findings = [
                *(_Finding(key, "", "missing") for key in sorted(missing)),
                *(each for want in desired.values() for each in _judge(want, look, rule)),
                *(_Finding(key, "", "unseen", "planned") for key in sorted(look.unseen)),
            ]
            planned = self._act(connection, entity, desired, findings, look) if is_enabled else 0
            _store(connection, self._config.name, entity, still, findings, self._run_id)
        self._count(len(rows), len(still), len(unreadable), findings, planned)
        return True

    def _act(
        self,
        connection: Connection,
        entity: str,
        desired: Mapping[str, Desired],
        findings: Sequence[_Finding],
        look: Look,
    ) -> int:
        """Say in the ledger what the target holds, and plan what is to be written again."""
        kept = [each for each in findings if each.is_kept]
        if kept:
            sql.run(
                connection,
                "publish/correct_sent",
                source_keys=[each.source_key for each in kept],
                fields=[each.name for each in kept],
                digests=[
                    digest_sent(self._sealer, each.source_key, each.name, each.shown)
                    for each in kept
                ],
                version_ats=[look.shown[each.source_key].version_at for each in kept],
            )
        fields: dict[str, list[str]] = defaultdict(list)
        for each in kept:
            if each.action == "planned":
                fields[each.source_key].append(each.name)
        if not fields:
            return 0
        made = sql.rows(
            connection,
            "publish/upsert_updates",
            channel=self._config.name,
            entity=entity,
            golden_ids=[desired[key].golden_id for key in fields],
            source_keys=list(fields),
            fields=[",".join(sorted(names)) for names in fields.values()],
            run_id=self._run_id,
        )
        return len(made)

    def _count(
        self, read: int, still: int, unreadable: int, findings: Sequence[_Finding], planned: int
    ) -> None:
        drifted = len({each.source_key for each in findings})
        counts: dict[str, int] = defaultdict(int)
        for each in findings:
            counts[each.side] += 1
        self.result = self.result.add(
            read=read,
            same=still - unreadable - drifted,
            moving=read - still,
            unreadable=unreadable,
            drifted=drifted,
            planned=planned,
            **counts,
        )


def _find_moving(
    connection: Connection, channel: str, entity: str, rows: Sequence[Row[Any]], began_at: datetime
) -> set[str]:
    """Return the keys of records that a comparison must leave alone."""
    found = sql.rows(
        connection,
        "publish/select_moving",
        channel=channel,
        entity=entity,
        keys=[row.source_key for row in rows],
        began_at=began_at,
    )
    return {row.source_key for row in found}


def _judge(want: Desired, look: Look, rule: Ownership) -> Iterator[_Finding]:
    """Yield the differences in the fields of one record.

    Where the most recent owns a field and the target's change is it, the gather was to bring it: if
    it has passed the change over, the record is unseen, and that says it all.
    """
    for name, side in want.drift.items():
        shown = look.shown[want.source_key].values[name] or None
        if name in want.conditions:
            yield _Finding(want.source_key, name, side, "planned", shown, is_kept=True)
        elif rule.owners[name] == "hub":
            yield _Finding(want.source_key, name, side, "noted", shown, is_kept=True)
        elif want.source_key not in look.unseen:
            yield _Finding(want.source_key, name, side)


def _store(
    connection: Connection,
    channel: str,
    entity: str,
    rows: Sequence[Row[Any]],
    findings: Sequence[_Finding],
    run_id: str,
) -> None:
    """Replace what was found of these records before."""
    sql.run(connection, "publish/delete_drift", keys=[row.source_key for row in rows])
    if findings:
        sql.run(
            connection,
            "publish/insert_drift",
            channel=channel,
            entity=entity,
            run_id=run_id,
            source_keys=[each.source_key for each in findings],
            fields=[each.name for each in findings],
            sides=[each.side for each in findings],
            actions=[each.action for each in findings],
        )
