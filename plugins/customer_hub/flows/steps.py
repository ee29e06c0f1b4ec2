"""The steps of the DAGs: each one call into a room; receipts (ids and counts) go to XCom."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.core import db, sql
from customer_hub.core.alert import send_alert
from customer_hub.core.as_of import move_as_of
from customer_hub.core.errors import BackupError, BackupStoreError, BadDataError
from customer_hub.core.results import BatchResult


def gather_channel(
    name: str, run_id: str, start: datetime | None, end: datetime | None, *, is_backfill: bool
) -> list[int]:
    """Land every entity of a channel; returns the ids of the windows to validate.

    Uploads above the limits of an import land nothing and fail.
    """
    from customer_hub.bulk.uploads import gather_uploads
    from customer_hub.flows.connections import open_channel
    from customer_hub.gather.run import gather_entity

    config = read_channel(name)
    channel = open_channel(config)
    gather = gather_uploads if config.system == "manual" else gather_entity
    start, end = (_snap(config, moment) for moment in (start, end))
    windows = []
    for entity in config.entities:
        result = gather(
            config, channel, entity, start=start, end=end, run_id=run_id, is_backfill=is_backfill
        )
        if result.window_id:
            windows.append(result.window_id)
    return windows


def _snap(config: ChannelConfig, moment: datetime | None) -> datetime | None:
    """Return the business day's beginning for channels whose windows are whole days."""
    if moment is None or config.windows == "interval":
        return moment
    local = moment.astimezone(ZoneInfo(config.timezone))
    return datetime.combine(local.date(), time.min, local.tzinfo)


def validate_windows(name: str, windows: list[int], run_id: str) -> list[dict[str, Any]]:
    """Pass the windows through the gate; a held one fails the task after all were judged."""
    from customer_hub.validate.gate import validate_window

    config = read_channel(name)
    receipts = [validate_window(config, window_id, run_id) for window_id in windows]
    held = [receipt for receipt in receipts if receipt.state == "held"]
    for receipt in held:
        send_alert("held_window", f"{name}/{receipt.entity}", window=receipt.window_id, run=run_id)
    if held:
        raise BadDataError(
            f"{len(held)} window(s) held: {', '.join(str(receipt.window_id) for receipt in held)}",
            where=f"{name} {run_id}",
            hint="see docs/runbooks/gather.md, 'a window is held'",
        )
    return [receipt.as_dict() for receipt in receipts]


def standardise(run_id: str, run_after: datetime) -> dict[str, Any]:
    """Bring the source rows of all pending keys up to date, and judge them.

    The run's own date is the one by which its build judges what has expired.
    The count `waiting` says whether there is anything for the next steps, which may be left from a
    run that failed half-way.
    """
    from customer_hub.standardise.run import standardise_pending
    from customer_hub.validate.master import validate_standard

    result = standardise_pending(run_id)
    with db.begin() as connection:
        move_as_of(connection, run_after)
        waiting = sql.rows(connection, "core/count_waiting")[0].waiting
    if waiting:
        validate_standard(run_id)
    # Told by the step that runs most often: a backup that nobody has unpaused cannot tell of itself.
    _tell_overdue()
    return result.add(waiting=waiting).as_dict()


def match(run_id: str) -> dict[str, Any]:
    """Match the touched source records."""
    from customer_hub.match.run import match_pending

    return match_pending(run_id).as_dict()


def merge(run_id: str) -> dict[str, Any]:
    """Merge the touched golden records and check them against the master suite."""
    from customer_hub.merge.run import merge_pending
    from customer_hub.validate.master import validate_master

    result = merge_pending(run_id)
    validate_master(run_id)
    return result.as_dict()


def publish(name: str, run_id: str) -> dict[str, Any]:
    """Plan what the target should get and, when it is enabled, deliver it."""
    from customer_hub.publish.plan import plan_deliveries

    planned = plan_deliveries(read_channel(name), run_id)
    return planned.add(**_deliver(name, run_id).counts).as_dict()


def _deliver(name: str, run_id: str) -> BatchResult:
    """Deliver what may go, and tell people of what failed for good."""
    from customer_hub.flows.connections import open_target
    from customer_hub.publish.deliver import deliver_pending

    config = read_channel(name)

    def tell(result: BatchResult) -> None:
        if result.counts.get("dead", 0):
            send_alert("dead_letters", name, count=result.counts["dead"], run=run_id)

    return deliver_pending(config, open_target(config), run_id, tell)


def find_question(name: str, run_id: str) -> tuple[str, str] | None:
    """Return title and text of what a run must ask a person before more is sent; None: nothing.

    Counts, shares and the channel only.
    """
    from customer_hub.publish.pushes import read_asked

    asked = read_asked(name, run_id=run_id)
    if not asked:
        return None
    push = asked[0]
    send_alert("push_waits", name, push=push.push_id, run=run_id)
    return (
        f"Push {push.push_id} to {name} is above the limits",
        f"{push.describe()}.\n\nApprove sends what is planned now, Reject stops writing to {name}"
        " (back to observe), Later leaves it waiting for the next run.",
    )


def answer_push(name: str, run_id: str, *, is_approved: bool | None, person: str) -> dict[str, Any]:
    """Do what a person answered about the push that this run asked about, then deliver what may go.

    Safe to repeat, and beside an answer by `hub channel`: the first one stands.

    Args:
        name: the target.
        run_id: the run that asked.
        is_approved: None: not decided now.
        person: who answered; kept in the audit log.
    """
    from customer_hub.publish.pushes import approve_push, read_asked
    from customer_hub.publish.targets import set_state

    for push in read_asked(name, run_id=run_id):
        reason = f"push {push.push_id} answered in run {run_id}: {push.describe()}"
        if is_approved:
            approve_push(name, push.push_id, person, reason)
        elif is_approved is False:
            set_state(name, "observe", person, reason)
    return _deliver(name, run_id).as_dict()


def reconcile(name: str, run_id: str, run_after: datetime, scope: str | None) -> dict[str, Any]:
    """Read a target's records back and sort what differs; everything once a month."""
    from customer_hub.flows.connections import open_target
    from customer_hub.publish.reconcile import is_alarming, is_whole_due, reconcile_target

    config = read_channel(name)
    day = run_after.astimezone(ZoneInfo(config.timezone)).date()
    is_whole = scope == "all" or (scope is None and is_whole_due(config, day))
    result = reconcile_target(config, open_target(config), run_id, day, is_whole=is_whole)
    if is_alarming(config, result):
        send_alert("drift", name, drifted=result.counts["drifted"], run=run_id)
    return result.as_dict()


def write_backup(run_id: str) -> str:
    """Write a sealed backup to S3; returns its id."""
    from customer_hub.backup.write import write_backup as write

    try:
        _watch_backups()
        return write(run_id)
    except BackupStoreError:
        raise  # it is tried again, and the last failure is told by the task's own alert
    except BackupError:
        send_alert("unproven_backup", run_id)
        raise


def prove_backup(backup_id: str, run_id: str) -> dict[str, Any]:
    """Restore a backup into a scratch database and compare it; returns figures and the report's key."""
    from customer_hub.backup.drill import run_drill

    try:
        return run_drill(backup_id, run_id).as_receipt()
    except BackupStoreError:
        raise  # it is tried again, and the last failure is told by the task's own alert
    except BackupError:
        send_alert("unproven_backup", backup_id)
        raise


def choose_older_backup() -> str:
    """Return the id of a backup to be proven again, whichever chance takes."""
    from customer_hub.backup.catalogue import choose_older

    _watch_backups()
    return choose_older()


def collect_backups() -> dict[str, Any]:
    """Delete the backups that have had their time, and what belongs to none."""
    from customer_hub.backup.collect import collect_garbage

    return collect_garbage().as_dict()


def _watch_backups() -> None:
    """Bring the table in line with the bucket, and tell people when verified backups have gone."""
    from customer_hub.backup.catalogue import settle_lost, settle_table
    from customer_hub.backup.retention import read_retention

    lost = settle_table(read_retention().backup)
    if lost:
        send_alert("lost_backup", lost[0], backups=len(lost))
        settle_lost(lost)  # told once; another alert comes for what is lost after that
    _tell_overdue()


def _tell_overdue() -> None:
    from customer_hub.backup.promise import tell_overdue

    tell_overdue(
        lambda backup_id, hours, promised: send_alert(
            "overdue_backup", backup_id, age_hours=hours, promised_hours=promised
        )
    )
