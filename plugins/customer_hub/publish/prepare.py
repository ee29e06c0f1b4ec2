"""What deliveries send, worked out from the current master: nothing old is ever sent late."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from customer_hub.channels.config import ChannelConfig
from customer_hub.core.landing import source_key
from customer_hub.core.seal import Sealer
from customer_hub.publish.creation import read_create_values
from customer_hub.publish.deletion import find_deletable
from customer_hub.publish.desired import read_desired
from customer_hub.publish.gathered import read_known_digests
from customer_hub.publish.ownership import Ownership
from customer_hub.publish.task import Settlement, Task

_Rows = Sequence[Row[Any]]


def prepare_tasks(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    ownership: Mapping[str, Ownership],
    rows: _Rows,
    *,
    is_whole: bool,
) -> tuple[list[Task], list[Settlement]]:
    """Return a task for each delivery that has something to do, and the others as superseded.

    An update has nothing to send when its record is gone or holds everything already, a create when
    its golden record vanished or has a record in the target by now, a delete when somebody says
    that the customer exists after all, or the target has changed the record.

    Args:
        connection: the caller's transaction.
        sealer: digests and opens.
        config: the target.
        ownership: who owns what there, by entity.
        rows: of publish.delivery.
        is_whole: all values that an existing record should hold, whether acknowledged or not:
            while an outcome is unknown, what was acknowledged before says nothing.
    """
    tasks: list[Task] = []
    idle: list[Settlement] = []
    by_entity: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: each.delivery_id):
        by_entity[row.entity].append(row)
    for entity, some in sorted(by_entity.items()):
        rule = ownership.get(entity)
        updates, creates, deletes = (
            [row for row in some if row.op == op] for op in ("update", "create", "delete")
        )
        for made in (
            _prepare_updates(connection, sealer, entity, rule, updates, is_whole=is_whole),
            _prepare_creates(connection, sealer, config, entity, rule, creates),
            _prepare_deletes(connection, config, entity, rule, deletes),
        ):
            for each in made:
                if isinstance(each, Task):
                    tasks.append(each)
                else:
                    idle.append(each)
    return tasks, idle


def _prepare_updates(
    connection: Connection,
    sealer: Sealer,
    entity: str,
    rule: Ownership | None,
    rows: _Rows,
    *,
    is_whole: bool,
) -> list[Task | Settlement]:
    keys = [row.source_key for row in rows]
    desired = read_desired(connection, sealer, entity, rule.owners if rule else {}, keys)
    known = read_known_digests(connection, keys)
    made: list[Task | Settlement] = []
    for row in rows:
        want = desired.get(row.source_key)
        values = {} if want is None else dict(want.values) if is_whole else want.news
        if want is None or not values:
            made.append(Settlement(_make_task(row), "superseded"))
            continue
        made.append(
            _make_task(
                row,
                golden_id=want.golden_id,
                source_id=want.source_id,
                values=values,
                conditions=want.conditions,
                givers=want.givers,
                known=frozenset(known.get(row.source_key, ())),
            )
        )
    return made


def _prepare_creates(
    connection: Connection,
    sealer: Sealer,
    config: ChannelConfig,
    entity: str,
    rule: Ownership | None,
    rows: _Rows,
) -> list[Task | Settlement]:
    if not rows or rule is None or rule.create is None:
        return [Settlement(_make_task(row), "superseded") for row in rows]
    prefix, golden_ids = source_key(config.name, entity, ""), [row.golden_id for row in rows]
    made = read_create_values(connection, sealer, rule.create, prefix, golden_ids)
    return [
        _make_task(row, values=made[row.golden_id])
        if row.golden_id in made
        else Settlement(_make_task(row), "superseded")
        for row in rows
    ]


def _prepare_deletes(
    connection: Connection, config: ChannelConfig, entity: str, rule: Ownership | None, rows: _Rows
) -> list[Task | Settlement]:
    keys = [row.source_key for row in rows]
    may = rows and rule is not None and rule.delete
    found = find_deletable(connection, config.name, entity, keys=keys) if may else []
    deletable = {each.source_key: each for each in found}
    known = read_known_digests(connection, keys) if found else {}
    made: list[Task | Settlement] = []
    for row in rows:
        each = deletable.get(row.source_key)
        if each is None or each.is_touched:
            is_kept = each is not None
            made.append(Settlement(_make_task(row), "superseded", row.source_key, is_kept=is_kept))
            continue
        known_digests = frozenset(known.get(row.source_key, ()))
        made.append(_make_task(row, source_id=each.source_id, known=known_digests))
    return made


def _make_task(row: Row[Any], **more: Any) -> Task:
    given = {"golden_id": row.golden_id, "source_id": None, "values": {}, **more}
    return Task(
        delivery_id=row.delivery_id,
        attempts=row.attempts,
        op=row.op,
        entity=row.entity,
        source_key=row.source_key,
        seen_change_at=row.seen_change_at,
        **given,
    )
