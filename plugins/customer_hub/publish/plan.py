"""Plan what a target should be told: the outbox against what the target last acknowledged."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.channels.policy import read_policy
from customer_hub.core import db, sql
from customer_hub.core.coverage import read_covered_to
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.core.landing import source_key
from customer_hub.core.policy import ensure_active_version
from customer_hub.core.receipts import write_receipt
from customer_hub.core.results import BatchResult
from customer_hub.core.seal import Sealer
from customer_hub.publish.deletion import plan_deletes
from customer_hub.publish.desired import Desired, read_desired
from customer_hub.publish.ownership import CLEAR_FIELDS, CreateRule, Ownership, read_ownership
from customer_hub.publish.pushes import Weight, note_observed, weigh_push
from customer_hub.publish.readiness import count_unready

_log = logging.getLogger(__name__)
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class _Range:
    """The changes of the outbox that this plan is about."""

    after: int
    upto: int


@dataclass(frozen=True, slots=True)
class _Held:
    """Deliveries that wait for a push to let them through.

    `wanted` is still wanted and did not change since; what changed is found with the changes.
    `idle` have nothing to send any more.
    """

    wanted: list[Desired]
    idle: list[int]


def plan_deliveries(config: ChannelConfig, run_id: str) -> BatchResult:
    """Turn new changes of golden records into deliveries to one target.

    Safe to run again at any time: everything happens in one transaction, and what a target has
    acknowledged is not planned again.

    Args:
        config: the target.
        run_id: names the run in receipt and log.

    Returns:
        Counts: blocked (first loads that are missing, or parts of the master that are half built
        or not judged; nothing is planned), observed (records that would be written, created or
        deleted; the target is in observe mode), or planned, joined (to what is open), creates, released,
        superseded, deletes. What is planned goes when its push may: see pushes.py.

    Raises:
        HubError: another run of this target is at work.
        ConfigurationError: ownership.toml is wrong, or the policy is not the active version.
    """
    ownership = read_ownership(config.name)
    sealer = open_sealer()
    with db.hold_lock(f"publish/{config.name}"):
        newest = _read_newest_change()
        with db.begin() as connection:
            result = _plan(connection, sealer, config, ownership, newest, run_id)
            write_receipt(connection, run_id, "plan", result.counts, channel=config.name)
    _log.info("publish %s: run %s planned, %s", config.name, run_id, result.counts)
    return result


def _read_newest_change() -> int:
    """Return up to which change the outbox is complete."""
    with db.begin() as connection:
        sql.run(connection, "publish/lock_changes")
        return int(sql.rows(connection, "publish/select_newest_change")[0].change_id)


def _plan(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    ownership: Mapping[str, Ownership],
    newest: int,
    run_id: str,
) -> BatchResult:
    result = BatchResult("plan")
    ensure_active_version(connection, read_policy())
    found = sql.rows(connection, "publish/lock_target", channel=config.name)
    planned = int(found[0].planned_change_id) if found else 0
    blocked = _count_missing_loads(connection, is_first=planned == 0) or count_unready(connection)
    if blocked:
        return result.add(blocked=blocked)
    changes = _Range(planned, newest)
    if not found or found[0].state != "enabled":
        weights = {
            entity: _observe(connection, sealer, config, entity, rule, changes, run_id)
            for entity, rule in ownership.items()
        }
        note_observed(connection, config.name, weights, run_id)
        return result.add(observed=sum(each.changed + each.created for each in weights.values()))
    emptied: Counter[str] = Counter()
    for entity, rule in ownership.items():
        for held in _find_held(connection, sealer, config, entity, rule, changes):
            idle = sql.rows(connection, "publish/supersede_held", delivery_ids=held.idle)
            result = result.add(superseded=len(idle)) if idle else result
            emptied[entity] += _count_emptied(held.wanted)
        for chunk in _find_differences(connection, sealer, config, entity, rule, changes):
            new = _intend_updates(connection, config, entity, chunk, run_id)
            result = result.add(planned=new, joined=len(chunk) - new)
            emptied[entity] += _count_emptied(chunk)
        if rule.create is not None:
            counts = _plan_creates(connection, config, entity, rule.create, changes, run_id)
            result = result.add(**counts)
        if rule.delete:
            result = result.add(deletes=_plan_deletes(connection, config, entity, changes, run_id))
    weigh_push(connection, config, emptied, run_id)
    sql.run(connection, "publish/set_planned_change", channel=config.name, planned_change_id=newest)
    return result


def _observe(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    entity: str,
    rule: Ownership,
    changes: _Range,
    run_id: str,
) -> Weight:
    """Return what a plan of one entity would do, and leave nothing behind."""
    changed = emptied = 0
    held = _find_held(connection, sealer, config, entity, rule, changes)
    differences = _find_differences(connection, sealer, config, entity, rule, changes)
    for chunk in chain((each.wanted for each in held), differences):
        changed += len(chunk)
        emptied += _count_emptied(chunk)
    counts = Counter({"update": changed})
    with connection.begin_nested() as savepoint:
        if rule.create is not None:
            _plan_creates(connection, config, entity, rule.create, changes, run_id)
        if rule.delete:
            _plan_deletes(connection, config, entity, changes, run_id)
        for row in sql.rows(connection, "publish/count_unweighed", channel=config.name):
            if row.entity == entity and row.op != "update":
                counts[row.op] += row.held_count
        savepoint.rollback()
    return Weight.of(counts, emptied)


def _find_held(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    entity: str,
    rule: Ownership,
    changes: _Range,
) -> Iterator[_Held]:
    """Yield, in chunks, what earlier plans left and no push has let through."""
    last = ""
    while True:
        rows = sql.rows(
            connection,
            "publish/select_held_updates",
            channel=config.name,
            entity=entity,
            after_change_id=changes.after,
            upto_change_id=changes.upto,
            after_key=last,
            size=_CHUNK,
        )
        if not rows:
            return
        last = rows[-1].source_key
        keys = [row.source_key for row in rows]
        desired = read_desired(connection, sealer, entity, rule.owners, keys)
        wanted = {each.source_key: each for each in desired.values() if each.changed}
        yield _Held(
            [
                wanted[row.source_key]
                for row in rows
                if row.source_key in wanted and not row.is_changed
            ],
            [row.delivery_id for row in rows if row.source_key not in wanted],
        )


def _count_emptied(records: Iterable[Desired]) -> int:
    return sum(None in each.news.values() for each in records)


def _count_missing_loads(connection: Connection, *, is_first: bool) -> int:
    """Return how many first loads are missing: until all are there, ids may still move (law 8)."""
    missing = [
        (channel.name, entity)
        for channel in read_channels().values()
        if channel.first_load
        for entity in channel.entities
        if entity in CLEAR_FIELDS
        and not read_covered_to(connection, channel.name, entity, channel.first_load_from)
    ]
    for name, entity in missing:
        _log.info("publish: the first load of %s/%s is not complete", name, entity)
    if missing or not is_first:
        return len(missing)
    # What the first loads brought must have become golden records before any id leaves.
    return int(sql.rows(connection, "core/count_unbuilt")[0].waiting > 0)


def _find_differences(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    entity: str,
    rule: Ownership,
    changes: _Range,
) -> Iterator[list[Desired]]:
    """Yield, in chunks, the records that do not hold what they should."""
    last, checked = "", 0
    while True:
        rows = sql.rows(
            connection,
            "publish/select_keys_to_check",
            entity=entity,
            prefix=source_key(config.name, entity, ""),
            after_change_id=changes.after,
            upto_change_id=changes.upto,
            after_key=last,
            size=_CHUNK,
        )
        if not rows:
            return
        keys = [row.source_key for row in rows]
        last, checked = keys[-1], checked + len(keys)
        desired = read_desired(connection, sealer, entity, rule.owners, keys)
        _refresh_givers(connection, desired.values())
        different = [desired[key] for key in keys if key in desired and desired[key].changed]
        _log.info("publish %s: %d records of %s checked", config.name, checked, entity)
        if different:
            yield different


def _refresh_givers(connection: Connection, records: Iterable[Desired]) -> None:
    """Remember who gives what the targets hold: another may have said the same."""
    news = [(each.source_key, *item) for each in records for item in each.regiven.items()]
    if news:
        sql.run(
            connection,
            "publish/refresh_givers",
            source_keys=[key for key, _, _ in news],
            fields=[name for _, name, _ in news],
            giver_keys=[giver for _, _, giver in news],
        )


def _intend_updates(
    connection: Connection,
    config: ChannelConfig,
    entity: str,
    records: list[Desired],
    run_id: str,
) -> int:
    made = sql.rows(
        connection,
        "publish/upsert_updates",
        channel=config.name,
        entity=entity,
        golden_ids=[each.golden_id for each in records],
        source_keys=[each.source_key for each in records],
        fields=[",".join(sorted(each.changed)) for each in records],
        run_id=run_id,
    )
    return len(made)


def _plan_creates(
    connection: Connection,
    config: ChannelConfig,
    entity: str,
    create: CreateRule,
    changes: _Range,
    run_id: str,
) -> dict[str, int]:
    where = {"channel": config.name, "prefix": source_key(config.name, entity, "")}
    wanted = {"kinds": list(create.kinds), "levels": list(create.levels)}
    superseded = sql.rows(connection, "publish/supersede_creates", **where, **wanted)
    made = sql.rows(
        connection,
        "publish/insert_creates",
        **where,
        after_change_id=changes.after,
        upto_change_id=changes.upto,
        **wanted,
        fields=list(create.fields),
        run_id=run_id,
    )
    covered_to = read_covered_to(connection, config.name, entity, config.first_load_from)
    released = sql.rows(connection, "publish/release_creates", **where, covered_to=covered_to)
    return {"creates": len(made), "released": len(released), "superseded": len(superseded)}


def _plan_deletes(
    connection: Connection, config: ChannelConfig, entity: str, changes: _Range, run_id: str
) -> int:
    return plan_deletes(
        connection,
        config.name,
        entity,
        after_change_id=changes.after,
        upto_change_id=changes.upto,
        run_id=run_id,
    )
