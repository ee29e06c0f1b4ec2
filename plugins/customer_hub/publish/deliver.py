"""Deliver what is planned: settle what is open, write in batches, read back, remember."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import RawRecord, Target, WriteResult
from customer_hub.channels.digest import digest_payload
from customer_hub.channels.hub_fields import GONE, UNSHOWN
from customer_hub.channels.own_write import is_own_write
from customer_hub.core import db, sql
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.core.landing import source_key
from customer_hub.core.receipts import Batch, RootHash, write_receipt
from customer_hub.core.results import BatchResult
from customer_hub.publish.claim import Claim, claim_deliveries
from customer_hub.publish.lookup import look_up
from customer_hub.publish.ownership import Ownership, read_ownership
from customer_hub.publish.prepare import prepare_tasks
from customer_hub.publish.readiness import count_unready
from customer_hub.publish.settle import settle_deliveries
from customer_hub.publish.targets import read_state
from customer_hub.publish.task import UNKNOWN, Cause, Settlement, Task
from customer_hub.publish.writing import Writer, Written

_log = logging.getLogger(__name__)
# As many wait, claimed, while as many are written: who sets a target back to observe waits for both.
_BATCH = 100
# An update without a clear answer is looked up and tried again within the run; a create is not: the
# target may still be at work on it, so that only the next run may take its absence for an answer.
_ROUNDS = 3


def deliver_pending(
    config: ChannelConfig,
    channel: Target,
    run_id: str,
    tell: Callable[[BatchResult], None] = lambda result: None,
) -> BatchResult:
    """Write all pending deliveries of one target; a target in observe mode is left alone.

    Safe to run again at any time, also after a crash in the middle of a write: what was in flight
    is looked up in the target before anything is written.

    Args:
        config: the target.
        channel: the open channel.
        run_id: names the run in receipt and log.
        tell: is told the result of a run that broke off as well.

    Returns:
        Counts: confirmed, unchanged (the target held it already), dead, superseded, settled (by
        look-up), and what stays open: pending, held (until a person approves), waiting, uncertain.

    Raises:
        HubError: another run of this target is at work.
        ChannelUnavailableError: the target is down or answers nothing; the rest stays pending.
        ChannelAccessError: the target refuses the log-in; the rest stays pending.
    """
    run = _Run(config, channel, read_ownership(config.name), run_id)
    with db.hold_lock(f"publish/{config.name}"):
        if read_state(config.name) != "enabled":
            return run.result
        try:
            run.deliver()
        finally:
            run.close()
            tell(run.result)
    _log.info("publish %s: run %s delivered, %s", config.name, run_id, run.result.counts)
    return run.result


class _Run:
    """One delivery run under the target's lock."""

    def __init__(
        self,
        config: ChannelConfig,
        channel: Target,
        ownership: Mapping[str, Ownership],
        run_id: str,
    ) -> None:
        self.result = BatchResult("deliver")
        self._config = config
        self._channel = channel
        self._ownership = ownership
        self._run_id = run_id
        self._sealer = open_sealer()
        self._writer = Writer(channel, config.name, self._digest)
        self._states: dict[int, str] = {}  # what this run made of each delivery that it touched

    def deliver(self) -> None:
        """Settle and write until nothing is pending or uncertain, or a few rounds are over."""
        ops = ["update", "create", "delete"]
        for _ in range(_ROUNDS):
            self._settle_open(ops)
            if not self._write_pending():
                return
            ops = ["update", "delete"]

    def close(self) -> None:
        """Write the receipt, with what stays open, and the audit entry of what was touched."""
        with db.begin() as connection:
            for row in sql.rows(connection, "publish/count_open", channel=self._config.name):
                self.result = self.result.add(**{row.state: row.open_count})
            root = RootHash()
            for delivery_id, state in sorted(self._states.items()):
                root.add(delivery_id, state)
            write_receipt(
                connection,
                self._run_id,
                "deliver",
                self.result.counts,
                channel=self._config.name,
                batch=Batch("deliver", self._config.name, root),
            )

    def _settle_open(self, ops: Sequence[str]) -> None:
        """Look up every delivery whose outcome nobody knows."""
        last = 0
        while True:
            with db.begin() as connection:
                rows = sql.rows(
                    connection,
                    "publish/select_unsettled",
                    channel=self._config.name,
                    ops=list(ops),
                    after_delivery_id=last,
                    size=_BATCH,
                )
                tasks, idle = prepare_tasks(
                    connection, self._sealer, self._config, self._ownership, rows, is_whole=True
                )
                if not rows or count_unready(connection):
                    return
            last = max(row.delivery_id for row in rows)
            creates = [each.task for each in idle if each.task.op == "create"]
            idle = [each for each in idle if each.task.op != "create"]
            found = look_up(self._channel, self._config, self._ownership, [*tasks, *creates])
            self._store([*found, *idle])
            self.result = self.result.add(settled=len(rows))

    def _write_pending(self) -> int:
        """Write what is pending, batch by batch; returns how many became uncertain, but creates.

        While a batch is written, the last one is stored and the next one claimed: the target's
        budget is not left unused meanwhile.
        """
        uncertain = 0
        stored: Callable[[], int] = int
        claim = self._claim(0)
        with ThreadPoolExecutor(1, "write") as writer:
            while claim is not None:
                writing = writer.submit(self._writer.write, claim.tasks)
                uncertain += stored()
                following = self._claim(claim.last_delivery_id)
                written = writing.result()
                if written.error is not None:
                    self._settle(claim, written)
                    if following is not None:
                        self._settle(following, Written())
                    raise written.error
                stored = partial(self._settle, claim, written)
                claim = following
        return uncertain + stored()

    def _claim(self, after_delivery_id: int) -> Claim | None:
        with db.begin() as connection:
            claim = claim_deliveries(
                connection,
                self._sealer,
                self._config,
                self._ownership,
                after_delivery_id=after_delivery_id,
                size=_BATCH,
                run_id=self._run_id,
            )
            if claim is not None:
                settle_deliveries(connection, self._sealer, self._config, claim.idle)
        if claim is not None:
            self._count(claim.idle, Written())
        return claim

    def _settle(self, claim: Claim, written: Written) -> int:
        """Store what became of a batch; returns how many became uncertain, but creates."""
        settlements = [self._judge(task, written) for task in claim.tasks]
        self._store(settlements, written)
        _log.info(
            "publish %s: up to delivery %d, %s",
            self._config.name,
            claim.last_delivery_id,
            self.result.counts,
        )
        return sum(each.state == "uncertain" and each.task.op != "create" for each in settlements)

    def _store(self, settlements: Sequence[Settlement], written: Written | None = None) -> None:
        with db.begin() as connection:
            settle_deliveries(connection, self._sealer, self._config, settlements)
        self._count(settlements, written or Written())

    def _count(self, settlements: Sequence[Settlement], written: Written) -> None:
        for each in settlements:
            self._states[each.task.delivery_id] = each.state
            result = written.results.get(each.task.delivery_id)
            is_unchanged = result is not None and result.outcome == "unchanged"
            name = "unchanged" if is_unchanged else each.state
            # What stays open is counted once, at the end.
            if name in ("confirmed", "unchanged", "dead", "superseded"):
                self.result = self.result.add(**{name: 1})

    def _judge(self, task: Task, written: Written) -> Settlement:
        """Turn what is known of a write into what is stored of it."""
        task = written.tasks.get(task.delivery_id, task)
        if task.delivery_id in written.uncertain:
            return Settlement(task, "uncertain", task.source_key)
        if task.delivery_id in written.overtaken:
            is_kept = task.op == "delete"
            return Settlement(task, "superseded", task.source_key, is_kept=is_kept)
        result = written.results.get(task.delivery_id)
        if result is None:
            return Settlement(task, "pending", task.source_key)
        match result.outcome:
            case "created" | "updated" | "unchanged" | "deleted":
                return self._confirm(task, result, written.gathered.get(task.delivery_id))
            case "missing":
                return Settlement(task, "superseded", task.source_key)
            case "conflict":
                return self._judge_conflict(task, result)
            case "failed":
                return self._bury(task, result)

    def _bury(self, task: Task, result: WriteResult) -> Settlement:
        """Lay a failed write before a person. A record that was made all the same is ours.

        It joins its golden record, and a replay waits until it is gathered: it is not made twice.
        """
        cause = _class_failure(result)
        # Part of it may stand there: nobody knows what the record holds.
        unknown = dict.fromkeys(task.values, UNKNOWN) if task.op != "create" else {}
        key, made_at = task.source_key, None
        if task.op == "create" and cause == "unproven" and result.source_id is not None:
            key = source_key(self._config.name, task.entity, result.source_id)
            made_at = max(result.version_at or task.seen_change_at, task.seen_change_at)
        return Settlement(
            task,
            "dead",
            key,
            unknown,
            result.version_at,
            cause=cause,
            detail=result.cause,
            seen_change_at=made_at,
        )

    def _judge_conflict(self, task: Task, result: WriteResult) -> Settlement:
        """Wait for the gather of the record that is in the way; once gathered, a person decides.

        A record that changed between its read and the write is judged anew by the next run.
        """
        if task.op != "create":
            return Settlement(task, "pending", task.source_key)
        is_new = result.version_at is not None and result.version_at > task.seen_change_at
        if is_new:
            return Settlement(task, "waiting", seen_change_at=result.version_at)
        detail = result.cause
        if not detail and result.source_id is not None and not self._config.personal_key:
            detail = f"{task.entity} {result.source_id} is in the way"
        return Settlement(task, "dead", cause="conflict", detail=detail)

    def _confirm(self, task: Task, result: WriteResult, gathered: RawRecord | None) -> Settlement:
        key = task.source_key
        if task.op == "create" and result.source_id is not None:
            key = source_key(self._config.name, task.entity, result.source_id)
        owned = self._ownership[task.entity].written
        held = {name: value for name, value in task.values.items() if name in owned}
        # A record that held everything before our first attempt got its time from somebody else.
        is_own = result.outcome != "unchanged" or task.attempts > 1
        return Settlement(
            task,
            "confirmed",
            key,
            held,
            shown_at=result.version_at,
            echo_at=result.version_at if is_own else None,
            echo_digest=self._digest_alone(task, gathered, result.shown),
        )

    def _digest_alone(
        self, task: Task, gathered: RawRecord | None, shown: RawRecord | None
    ) -> bytes | None:
        """Return the digest of a record that shows our own write and nothing else; else None."""
        volatile = self._config.entities[task.entity].volatile
        if gathered is None or shown is None:
            return None
        if not is_own_write(gathered, shown, task.values, volatile):
            return None
        return digest_payload(self._sealer, shown.payload, volatile)

    def _digest(self, record: RawRecord) -> bytes:
        """Return the digest that the gather will have for a record."""
        volatile = self._config.entities[record.entity].volatile
        return digest_payload(self._sealer, record.payload, volatile)


def _class_failure(result: WriteResult) -> Cause:
    if result.cause == GONE:
        return "gone"
    return "unproven" if result.cause.startswith(UNSHOWN) else "refused"
