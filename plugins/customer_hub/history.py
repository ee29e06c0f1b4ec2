"""What a golden record was, is and came from: for the command and the pages. Reads only.

Stands between the doors and the rooms: versions keep clear values and point at landed versions for
sealed ones, so that to show one opens what merge wrote by what standardise reads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.core.errors import HubError
from customer_hub.core.seal import Sealer
from customer_hub.merge.resolve import resolve
from customer_hub.revealing import MASKS_ONLY, Access, Revealer, Value

_VERSIONS = 50
_CHILDREN = ("points", "addresses")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A golden record at one moment. `golden_id` is the id under which it was found."""

    golden_id: UUID
    version_no: int
    entity: str
    valid_from: datetime
    recorded_from: datetime
    policy_version: int
    members: Sequence[str]
    decision_ids: Sequence[int]
    values: Mapping[str, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field, or a kind of children, before and after a version."""

    field: str
    before: Sequence[Value]
    after: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Step:
    """One version, and what it changed against the one before.

    `joined`, `left` and `changed` are source keys; `pinned` and `unpinned` decisions.
    """

    version_no: int
    op: str
    valid_from: datetime
    recorded_from: datetime
    recorded_to: datetime | None
    policy_version: int
    fields: Sequence[FieldChange]
    joined: Sequence[str]
    left: Sequence[str]
    changed: Sequence[str]
    pinned: Sequence[int]
    unpinned: Sequence[int]


@dataclass(frozen=True, slots=True)
class History:
    """The versions of one golden id, the newest first; `leads_to` is the id that stands for it now.

    `leads_to` is None for a tombstone.
    """

    golden_id: UUID
    leads_to: UUID | None
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one golden cell, or one of its children, came from.

    `losers` are (source key, what it lost by); of children nobody loses.

    `decision` is the pin that gave it, as (id, author, reason).
    """

    field: str
    values: Sequence[Value]
    rule: str
    source_key: str
    version_id: int
    inputs: Sequence[str]
    losers: Sequence[tuple[str, str]]
    decision: tuple[int, str, str] | None


def read_as_of(
    connection: Connection,
    sealer: Sealer,
    golden_id: UUID,
    valid_at: datetime,
    recorded_at: datetime | None = None,
    access: Access = MASKS_ONLY,
) -> Snapshot | None:
    """Return what was true of a customer or contact at a moment; None where nothing was known.

    An id that was merged into another is looked for under that one as well.

    Args:
        connection: a reading transaction.
        sealer: opens what the process may open; the rest is shown as sealed.
        golden_id: any id that was ever given.
        valid_at: the moment asked about.
        recorded_at: as the hub believed it then; None: as it believes today.
        access: what may be shown of what is sealed.

    Raises:
        HubError: the id was never given.
    """
    current = _resolve(connection, golden_id)
    for home in dict.fromkeys((golden_id, current)):
        if home is not None:
            rows = sql.rows(
                connection, "merge/select_version_at", golden_id=home, valid_at=valid_at,
                recorded_at=recorded_at,
            )  # fmt: skip
            if rows and rows[0].op != "removed":
                revealer = Revealer(connection, sealer, access, rows)
                return _make_snapshot(home, rows[0], revealer)
    return None


def read_history(
    connection: Connection,
    sealer: Sealer,
    golden_id: UUID,
    access: Access = MASKS_ONLY,
    size: int = _VERSIONS,
) -> History:
    """Return the last versions of a golden id with what each changed, and by whom.

    Args:
        connection: a reading transaction.
        sealer: opens what the process may open.
        golden_id: any id that was ever given; its own versions are told.
        access: what may be shown of what is sealed.
        size: how many versions.

    Raises:
        HubError: the id was never given.
    """
    current = _resolve(connection, golden_id)
    rows = sql.rows(connection, "merge/select_history", golden_id=golden_id, size=size + 1)
    revealer = Revealer(connection, sealer, access, rows)
    before = [*rows[1:], None]
    steps = [compare_versions(row, old, revealer) for row, old in zip(rows, before, strict=True)]
    return History(golden_id, current, steps[:size])


def read_lineage(
    connection: Connection,
    sealer: Sealer,
    golden_id: UUID,
    field: str | None = None,
    access: Access = MASKS_ONLY,
) -> tuple[UUID, Sequence[Origin]]:
    """Return the id that stands now, and where each of its cells and children came from.

    Args:
        connection: a reading transaction.
        sealer: opens what the process may open.
        golden_id: any id that was ever given.
        field: one golden field, ``points`` or ``addresses``; None: all.
        access: what may be shown of what is sealed.

    Raises:
        HubError: the id was never given, nothing is left of it, or it has no such cell.
    """
    current = _resolve(connection, golden_id)
    if current is None:
        raise HubError("nothing is left of this id", where=str(golden_id), hint="see `hub history`")
    rows = sql.rows(connection, "merge/select_lineage", golden_id=current, field=field)
    versions = sql.rows(connection, "merge/select_history", golden_id=current, size=1)
    values = Revealer(connection, sealer, access, versions).reveal(versions[0])
    found = [
        Origin(
            row.field, values.get(row.field, ()), row.rule, row.source_key, row.version_id,
            row.input_keys, [(each["source_key"], each["lost_by"]) for each in row.losers],
            None if row.decision_id is None else (row.decision_id, row.author, row.reason),
        )
        for row in rows
    ]  # fmt: skip
    found += _trace_children(versions[0], values, [field] if field else _CHILDREN)
    if not found:
        raise HubError(
            "there is no such cell", where=f"{current} {field or ''}".strip(), hint="ask for all"
        )
    return current, found


def _trace_children(
    version: Row[Any], values: Mapping[str, Sequence[Value]], kinds: Iterable[str]
) -> Iterator[Origin]:
    """Yield where each phone, mail and address came from: the member that it is taken from."""
    givers = {number: key for key, number in _version_of(version).items()}
    for kind in (each for each in kinds if each in _CHILDREN):
        pointers = version.children.get(kind, ())
        for pointer, value in zip(pointers, values.get(kind, ()), strict=True):
            number = pointer["version_id"]
            if number in givers:
                yield Origin(kind, [value], "union", givers[number], number, (), (), None)


def _resolve(connection: Connection, golden_id: UUID) -> UUID | None:
    found = resolve(connection, golden_id)
    if found.state == "unknown":
        raise HubError(
            "no record ever had this id", where=str(golden_id), hint="find it by name on the page"
        )
    return found.golden_id


def _make_snapshot(golden_id: UUID, row: Row[Any], revealer: Revealer) -> Snapshot:
    return Snapshot(
        golden_id=golden_id,
        version_no=row.version_no,
        entity=row.entity,
        valid_from=row.valid_from,
        recorded_from=row.recorded_from,
        policy_version=row.policy_version,
        members=row.member_keys,
        decision_ids=row.decision_ids,
        values=revealer.reveal(row),
    )


def compare_versions(row: Row[Any], old: Row[Any] | None, revealer: Revealer) -> Step:
    """Return what a version changed against an older one, or against nothing.

    Args:
        row: a row of `merge/select_history`.
        old: another one.
        revealer: of both.
    """
    now, then = revealer.reveal(row), revealer.reveal(old) if old is not None else {}
    has, had = _version_of(row), _version_of(old)
    pins, former = set(row.decision_ids), set(old.decision_ids if old is not None else ())
    return Step(
        version_no=row.version_no,
        op=row.op,
        valid_from=row.valid_from,
        recorded_from=row.recorded_from,
        recorded_to=row.recorded_to,
        policy_version=row.policy_version,
        fields=[
            FieldChange(name, then.get(name, ()), now.get(name, ()))
            for name in sorted({*then, *now})
            if then.get(name, ()) != now.get(name, ())
        ],
        joined=sorted(has.keys() - had.keys()),
        left=sorted(had.keys() - has.keys()),
        changed=sorted(key for key in has.keys() & had.keys() if has[key] != had[key]),
        pinned=sorted(pins - former),
        unpinned=sorted(former - pins),
    )


def _version_of(row: Row[Any] | None) -> dict[str, int]:
    """Return the landed version of each member; versions of early releases have none."""
    if row is None:
        return {}
    versions = row.member_versions or [0] * len(row.member_keys)
    return dict(zip(row.member_keys, versions, strict=True))
