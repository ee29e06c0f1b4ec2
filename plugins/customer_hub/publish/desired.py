"""What records of a target should hold now, and which of it the target does not hold yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.publish.decision import Cell, Condition, Owner, decide
from customer_hub.publish.drift import Side, judge_field
from customer_hub.publish.held import Held, Shown
from customer_hub.publish.ownership import CLEAR_FIELDS, HUB_ID
from customer_hub.publish.points import (
    POINT_FIELDS,
    GoldenPoint,
    read_golden_points,
    read_own_points,
)

_STATEMENTS = {
    "customer": "publish/select_customer_values",
    "contact": "publish/select_contact_values",
}


@dataclass(frozen=True, slots=True)
class Desired:
    """One record of a target: what the hub has a say in, and what of it is to be written.

    `values` are all that it should hold, `news` what it does not hold yet, with the condition that
    a write has to find there. A value of None empties the field. `givers` says by field which
    source record gives the value, `regiven` the same where another gives what was sent already.
    `drift` says by field whose difference it is, where a read of the record was given.
    """

    source_key: str
    source_id: str
    golden_id: UUID
    values: Mapping[str, str | None] = field(repr=False)
    conditions: Mapping[str, Condition]
    givers: Mapping[str, str]
    regiven: Mapping[str, str]
    drift: Mapping[str, Side]

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of what is to be written."""
        return tuple(self.conditions)

    @property
    def news(self) -> dict[str, str | None]:
        """The values that are to be written."""
        return {name: self.values[name] for name in self.conditions}


def read_desired(
    connection: Connection,
    sealer: Sealer,
    entity: str,
    owners: Mapping[str, Owner],
    keys: Sequence[str],
    shown: Mapping[str, Shown] | None = None,
) -> dict[str, Desired]:
    """Return the current intention for each record that exists; others are absent.

    An empty golden value is no opinion and is not sent; one that was explicitly cleared is sent as
    any value is, where the field is the hub's to keep. So is one that was sent for a source record
    which belongs to another customer now: what an unmerge takes away, targets do not keep.

    Args:
        connection: the caller's transaction.
        sealer: for keyed digests; with the segment contact where phones or mails are written.
        entity: customer or contact.
        owners: who owns each field there.
        keys: source keys of one target.
        shown: records as a read shows them now, by source key: where a read tells more than the hub
            knew, it counts.
    """
    rows = sql.rows(connection, _STATEMENTS[entity], keys=list(keys))
    facts = _read_facts(connection, sealer, owners, rows, shown or {})
    return {row.source_key: _make_desired(sealer, entity, owners, row, facts) for row in rows}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What stands beside the golden values, by source key (points: by golden id), then by field."""

    sent: Mapping[str, Mapping[str, Row[Any]]]
    givers: Mapping[str, Mapping[str, Row[Any]]]
    points: Mapping[UUID, Mapping[str, GoldenPoint]]
    own_points: Mapping[str, Mapping[str, set[str]]]
    shown: Mapping[str, Shown]


def _read_facts(
    connection: Connection,
    sealer: Sealer,
    owners: Mapping[str, Owner],
    rows: Sequence[Row[Any]],
    shown: Mapping[str, Shown],
) -> _Facts:
    keys = [row.source_key for row in rows]
    sent: dict[str, dict[str, Row[Any]]] = defaultdict(dict)
    for row in sql.rows(connection, "publish/select_sent", keys=keys):
        sent[row.source_key][row.field] = row
    givers: dict[str, dict[str, Row[Any]]] = defaultdict(dict)
    for row in sql.rows(connection, "publish/select_givers", keys=keys, fields=list(owners)):
        givers[row.source_key][row.field] = row
    if all(owners.get(name, "target") == "target" for name in POINT_FIELDS):
        return _Facts(sent, givers, {}, {}, shown)
    points = read_golden_points(connection, sealer, [row.golden_id for row in rows])
    return _Facts(sent, givers, points, read_own_points(connection, sealer, keys), shown)


def _make_desired(
    sealer: Sealer, entity: str, owners: Mapping[str, Owner], row: Row[Any], facts: _Facts
) -> Desired:
    key, points = row.source_key, facts.points.get(row.golden_id, {})
    golden: dict[str, str | None] = {name: getattr(row, name) for name in CLEAR_FIELDS[entity]}
    golden |= {name: point.value for name, point in points.items()}
    golden[HUB_ID] = str(row.golden_id)
    giving: dict[str, Row[Any] | GoldenPoint] = {**facts.givers.get(key, {}), **points}
    shown = facts.shown.get(key, Shown({}, None))
    values: dict[str, str | None] = {}
    conditions: dict[str, Condition] = {}
    givers: dict[str, str] = {}
    regiven: dict[str, str] = {}
    drift: dict[str, Side] = {}
    for name, owner in owners.items():
        value, given = golden.get(name) or None, giving.get(name)
        sent = facts.sent.get(key, {}).get(name)
        known = Held.of(row, name, sent, facts.own_points.get(key, {}).get(name, set()))
        held = known.see(sealer, shown)
        cell = Cell(
            owner=owner,
            is_told=value is not None or name in row.cleared_fields,
            is_held=held.equals(sealer, value),
            is_empty=held.equals(sealer, None),
            is_withdrawn=held.by == "acknowledged" and sent is not None and sent.has_giver_left,
            given_at=given.given_at if given else None,
            target_at=shown.version_at if held.by == "shown" else row.version_at,
            target_spoke=bool(held.own) and held.by != "acknowledged",
        )
        condition = decide(cell)
        if condition is not None or (owner == "hub" and (cell.is_told or cell.is_withdrawn)):
            values[name] = value
            givers |= {name: given.giver_key} if given else {}
        if condition is not None:
            conditions[name] = condition
        elif value and given and sent and cell.is_held and held.by == "acknowledged":
            regiven |= {name: given.giver_key} if sent.giver_key != given.giver_key else {}
        if name in shown.values:
            side = judge_field(sealer, cell, known, held, value, shown.values[name] or None)
            drift |= {name: side} if side else {}
    return Desired(key, row.source_id, row.golden_id, values, conditions, givers, regiven, drift)
