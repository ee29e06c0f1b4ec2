"""Settle by look-up what an earlier attempt left open: the target is asked before any retry."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import RawRecord, Target
from customer_hub.channels.hub_fields import HUB_SLOTS, compare_slots
from customer_hub.channels.reading import read_records
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelContentError,
    ChannelError,
    ChannelRefusedError,
)
from customer_hub.core.landing import source_key
from customer_hub.publish.ownership import Ownership
from customer_hub.publish.task import UNKNOWN, Settled, Settlement, Task

# Some runs: a target that takes no writes for a few hours makes few dead letters.
_MOST_ATTEMPTS = 10


def look_up(
    channel: Target,
    config: ChannelConfig,
    ownership: Mapping[str, Ownership],
    tasks: Sequence[Task],
) -> list[Settlement]:
    """Return what the target itself says of writes whose outcome nobody knows.

    An update that shows is confirmed, one that does not goes back into the queue. A create is found
    by its hub id or goes back into the queue, a delete is done when the record is gone. What got no
    clear answer many times goes to a person instead: others wait behind it. Either way
    the update time that the record shows now is taken for an echo: should it be another's change,
    its content tells.

    Args:
        channel: the open channel.
        config: the target.
        ownership: who owns what there, by entity.
        tasks: with all values that their records should hold now.

    Raises:
        ChannelError: the channel cannot be asked now; everything stays as it is.
    """
    settlements = []
    for entity in sorted({task.entity for task in tasks}):
        known = [task for task in tasks if task.entity == entity and task.op != "create"]
        ids = [task.source_id for task in known if task.source_id is not None]
        records = read_records(channel, entity, ids)
        settlements += [_judge_known(channel, task, records) for task in known]
    for task in tasks:
        if task.op == "create":
            owned = ownership[task.entity].written if task.entity in ownership else ()
            settlements.append(_judge_create(channel, config, owned, task))
    return [_limit(each) for each in settlements]


def find_made(channel: Target, task: Task) -> RawRecord | None:
    """Return the record that carries the hub id of a create: an earlier attempt has made it.

    Raises:
        ChannelError: the channel does not say.
    """
    found = channel.find_by_hub_id(task.entity, str(task.golden_id))
    record = channel.read_one(task.entity, found) if found is not None else None
    return None if record is None or record.op == "delete" else record


def _limit(settlement: Settlement) -> Settlement:
    """Return a settlement that puts nothing back into the queue for ever."""
    attempts = settlement.task.attempts
    if settlement.state != "pending" or attempts < _MOST_ATTEMPTS:
        return settlement
    detail = f"no clear answer in {attempts} attempts"
    return replace(settlement, state="dead", cause="unproven", detail=detail)


def _judge_known(
    channel: Target, task: Task, records: Mapping[str, RawRecord | ChannelError | None]
) -> Settlement:
    record = records.get(task.source_id or "")
    if isinstance(record, ChannelError):
        unknown = dict.fromkeys(task.values, UNKNOWN)
        return Settlement(task, "dead", task.source_key, unknown, cause="unreadable")
    if record is None or record.op == "delete":
        state: Settled = "confirmed" if task.op == "delete" else "superseded"
        return Settlement(task, state, task.source_key)
    if task.op == "delete":
        return Settlement(task, "pending", task.source_key)
    shown = channel.read_hub_fields(record)
    unshown = compare_slots(task.values, shown)
    # The write may have brought values that are not wanted any more: what shows in a slot of the
    # hub's alone is what it holds. What shows in another may be the target's own word.
    held = {
        name: shown.get(name) or None
        for name in task.values
        if name in HUB_SLOTS or name not in unshown
    }
    return Settlement(
        task,
        "pending" if unshown else "confirmed",
        task.source_key,
        held,
        record.version_at,
        record.version_at,
    )


def _judge_create(
    channel: Target, config: ChannelConfig, owned: Sequence[str], task: Task
) -> Settlement:
    try:
        record = find_made(channel, task)
    except ChannelAccessError:
        raise
    except (ChannelContentError, ChannelRefusedError):
        # Whether it was made cannot be told, now or by a retry: a person looks, and nobody waits.
        return Settlement(task, "dead", task.source_key, cause="unreadable")
    if record is None:
        return Settlement(task, "pending")
    shown = channel.read_hub_fields(record)
    held = {name: value for name in owned if (value := shown.get(name))}
    key = source_key(config.name, task.entity, record.source_id)
    return Settlement(task, "confirmed", key, held, record.version_at, record.version_at)
