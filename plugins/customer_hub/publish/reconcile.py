"""Read a target's records back and sort what differs; what is the hub's is planned again."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import RawRecord, Target
from customer_hub.channels.digest import digest_payload
from customer_hub.channels.reading import read_records
from customer_hub.core import db, sql
from customer_hub.core.coverage import read_covered_to
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.core.receipts import write_receipt
from customer_hub.core.results import BatchResult
from customer_hub.publish.desired import Desired, digest_sent, read_desired
from customer_hub.publish.drift import judge_fields
from customer_hub.publish.ownership import Ownership, read_ownership
from customer_hub.publish.readiness import count_unready

_log = logging.getLogger(__name__)
_SAMPLE = 200  # records of an entity a day
_CHUNK = 200

Read = Mapping[str, RawRecord | ChannelContentError | None]
Side = Literal["ours", "theirs", "both", "missing", "unseen"]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One difference in the field `name` ("": the record); `shown` is what the target holds there."""

    source_key: str
    name: str
    side: Side
    action: Literal["planned", "noted"] = "noted"
    shown: str | None = field(default=None, repr=False)


def reconcile_target(
    config: ChannelConfig, channel: Target, run_id: str, day: date, *, is_whole: bool
) -> BatchResult:
    """Compare records of a target with what it acknowledged and with what the master wants.

    Only reads the target. What the hub owns and the target does not show is planned again, and
    the ledger then says what the target really holds; a target in observe mode is only reported.
    A record with an open or dead delivery, one that was written during the reading, and one whose change
    is not planned yet are left alone. Safe to run again at any time.

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
    with db.begin() as connection:
        write_receipt(connection, run_id, "reconcile", run.result.counts, channel=config.name)
    return run.result


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
            began_at = sql.rows(connection, "publish/select_clock")[0].clock_at
        records = read_records(self._channel, entity, [row.source_id for row in rows])
        with db.begin() as connection:
            target = sql.rows(connection, "publish/lock_target", channel=self._config.name)
            is_enabled = bool(target) and target[0].state == "enabled"
            keys = [row.source_key for row in rows]
            moving = {
                row.source_key
                for row in sql.rows(
                    connection,
                    "publish/select_moving",
                    channel=self._config.name,
                    entity=entity,
                    keys=keys,
                    began_at=began_at,
                )
            }
            still = [row for row in rows if row.source_key not in moving]
            desired = read_desired(
                connection, self._sealer, entity, rule.update, [row.source_key for row in still]
            )
            sent = _read_sent(connection, list(desired))
            if count_unready(connection):
                self.result = self.result.add(blocked=1)
                return False
            unseen = self._find_unseen(connection, entity, still, records)
            findings = [
                each
                for row in still
                if row.source_key in desired
                for each in self._judge(
                    desired[row.source_key], sent[row.source_key], records.get(row.source_id), rule
                )
            ] + unseen
            planned = self._act(connection, entity, desired, findings) if is_enabled else 0
            _store(connection, self._config.name, entity, still, findings, self._run_id)
        unreadable = [row for row in still if _is_unreadable(records.get(row.source_id))]
        self._count(len(rows), len(still), len(unreadable), findings, planned)
        return True

    def _judge(
        self,
        want: Desired,
        sent: Mapping[str, bytes],
        record: RawRecord | ChannelContentError | None,
        rule: Ownership,
    ) -> Iterator[_Finding]:
        if isinstance(record, ChannelContentError):
            return
        if record is None or record.op == "delete":
            yield _Finding(want.source_key, "", "missing")
            return
        shown = self._channel.read_hub_fields(record)
        for name, side in judge_fields(self._sealer, want, shown, sent).items():
            is_ours = name in rule.update and name in want.values
            action: Literal["planned", "noted"] = "planned" if is_ours else "noted"
            yield _Finding(want.source_key, name, side, action, shown[name] or None)

    def _find_unseen(
        self, connection: Connection, entity: str, rows: Sequence[Row[Any]], records: Read
    ) -> list[_Finding]:
        """Find what was edited in the target while its gather believes to have all: it reads them."""
        covered_to = read_covered_to(
            connection, self._config.name, entity, self._config.first_load_from
        )
        volatile = self._config.entities[entity].volatile
        ids = {row.source_key: row.source_id for row in rows}
        found = []
        for landed in sql.rows(connection, "publish/select_landed", keys=list(ids)):
            record = records.get(ids[landed.source_key])
            if not isinstance(record, RawRecord) or record.op == "delete":
                continue
            at = record.version_at
            if at is None or covered_to is None or not landed.version_at <= at < covered_to:
                continue
            if digest_payload(self._sealer, record.payload, volatile) != bytes(landed.digest):
                found.append(_Finding(landed.source_key, "", "unseen", "planned"))
        return found

    def _act(
        self,
        connection: Connection,
        entity: str,
        desired: Mapping[str, Desired],
        findings: Sequence[_Finding],
    ) -> int:
        """Say in the ledger what the target holds, and plan what is the hub's again."""
        differing = [each for each in findings if each.name]
        if differing:
            sql.run(
                connection,
                "publish/upsert_sent",
                source_keys=[each.source_key for each in differing],
                fields=[each.name for each in differing],
                digests=[
                    digest_sent(self._sealer, each.source_key, each.name, each.shown)
                    for each in differing
                ],
            )
        fields: dict[str, list[str]] = defaultdict(list)
        for each in differing:
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


def _is_unreadable(record: RawRecord | ChannelContentError | None) -> bool:
    return isinstance(record, ChannelContentError)


def _read_sent(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, bytes]]:
    sent: dict[str, dict[str, bytes]] = defaultdict(dict)
    for row in sql.rows(connection, "publish/select_sent", keys=list(keys)):
        sent[row.source_key][row.field] = bytes(row.digest)
    return sent


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
