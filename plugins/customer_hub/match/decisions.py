"""A steward's word: must-links, cannot-links, unmerges. They name source keys, outrank every rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import HubError
from customer_hub.match.constraints import Decision, Decisions, Parts

Kind = Literal["must-link", "cannot-link"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A decision as it was entered, and whether it was taken back; never what a pin says.

    The records of a part are one customer, those of two parts are not; a pin names its one record.
    """

    decision_id: int
    kind: str
    parts: Parts
    field: str | None
    author: str
    reason: str
    decided_at: datetime
    until_on: date | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A decision that was taken back: whose it was, and the source records that it names."""

    kind: str
    author: str
    keys: tuple[str, ...]


class ContradictionError(HubError):
    """A decision that earlier decisions make impossible; the message names their chain."""


class RepeatedDecisionError(HubError):
    """A decision that is in force already; the message names it and its author.

    Refused, and not answered with the id of the one in force: a steward who got an id would take
    the word, its reason and its withdrawal for their own.
    """


def read_decisions(connection: Connection) -> Decisions:
    """Return the decisions in force."""
    rows = sql.rows(connection, "match/select_decisions")
    found = []
    for number, named in groupby(rows, key=lambda row: row.decision_id):
        mine = list(named)
        parts = groupby(mine, key=lambda row: row.part)
        keys = tuple(tuple(row.source_key for row in part) for _, part in parts)
        found.append(Decision(number, mine[0].kind, keys, mine[0].author))
    return Decisions(found)


def list_decisions(
    connection: Connection,
    source_key: str | None = None,
    *,
    with_withdrawn: bool = False,
    most: int = 100,
) -> list[Stored]:
    """Return decisions of all kinds, the newest first.

    Args:
        connection: any connection; nothing is written.
        source_key: only those that name this record; None: all.
        with_withdrawn: those that were taken back as well.
        most: how many; the hub itself decides each time that it creates a record in a channel.
    """
    return [
        Stored(
            row.decision_id, row.kind, tuple(map(tuple, row.parts)), row.field, row.author,
            row.reason, row.decided_at, row.until_on, row.deleted_at, row.deleted_by,
        )
        for row in sql.rows(
            connection, "match/list_decisions",
            source_key=source_key, with_withdrawn=with_withdrawn, most=most,
        )
    ]  # fmt: skip


def decide(kind: Kind, left: str, right: str, author: str, reason: str) -> int:
    """Store a decision about two source records and queue them; returns its id.

    It takes effect at the next match.

    Raises:
        ContradictionError: earlier decisions say the opposite, through the chain that it names.
        RepeatedDecisionError: a decision in force says the same.
        HubError: no reason was given, a record does not exist, or the two can never be one
            (customer and contact, or person and organisation).
    """
    first, second = sorted((left, right))
    parts: Parts = ((first, second),) if kind == "must-link" else ((first,), (second,))
    with db.hold_lock("match"), db.begin() as connection:
        _check_records(connection, [left, right])
        _check_others(connection, kind, parts)
        row = sql.rows(
            connection, "match/insert_decision", kind=kind, left_key=first, right_key=second,
            field=None, author=author, reason=reason,
        )[0]  # fmt: skip
        _take_note(connection, f"decide {kind}", row.decision_id, parts, author, reason)
    return int(row.decision_id)


def unmerge(
    golden_id: UUID,
    parts: Iterable[Iterable[str]],
    author: str,
    reason: str,
    *,
    is_rest_a_part: bool = False,
) -> int:
    """Store into which parts a golden record's source records fall; returns the decision's id.

    Each part stays together and the parts stay apart, whatever comes. It takes effect at the next
    match, and is withdrawn as one.

    Args:
        golden_id: any id that leads to the golden record.
        parts: source keys of that record, each in one part.
        author: who decides.
        reason: why.
        is_rest_a_part: the records that no part names form one more. Else all must be named: one
            that came after the steward had looked is not decided about unseen.

    Raises:
        ContradictionError: earlier decisions say the opposite, through the chain that it names.
        RepeatedDecisionError: a decision in force says the same.
        HubError: no reason was given, nothing holds this id, or the parts are no partition of its
            records.
    """
    named = [sorted(set(part)) for part in parts]
    with db.hold_lock("match"), db.begin() as connection:
        members = [
            row.source_key
            for row in sql.rows(connection, "match/select_members", golden_id=golden_id)
        ]
        chosen = _check_partition(golden_id, members, named, is_rest_a_part=is_rest_a_part)
        _check_records(connection, [key for part in chosen for key in part])
        _check_others(connection, "unmerge", chosen)
        row = sql.rows(
            connection, "match/insert_decision", kind="unmerge", left_key=None, right_key=None,
            field=None, author=author, reason=reason,
        )[0]  # fmt: skip
        sql.run(
            connection,
            "match/insert_parts",
            decision_id=row.decision_id,
            keys=[key for part in chosen for key in part],
            parts=[number for number, part in enumerate(chosen) for _ in part],
        )
        _take_note(connection, "decide unmerge", row.decision_id, chosen, author, reason)
    return int(row.decision_id)


def withdraw(decision_id: int, author: str, reason: str) -> Withdrawn:
    """Take a decision back as a whole and queue its records; returns what was taken back.

    Raises:
        HubError: no reason was given, or there is no such decision in force.
    """
    with db.hold_lock("match"), db.begin() as connection:
        rows = sql.rows(
            connection, "match/withdraw_decision", decision_id=decision_id, author=author
        )
        if not rows:
            raise HubError(
                f"no decision {decision_id} is in force",
                where="match",
                hint="`hub decide list`",
            )
        keys = [row.source_key for row in rows]
        sql.run(connection, "match/queue_records", keys=keys)
        append_entry(
            connection, author, "withdraw decision", f"decision {decision_id}", reason, before=keys
        )
    return Withdrawn(rows[0].kind, rows[0].decided_by, tuple(sorted(keys)))


def _take_note(
    connection: Connection, action: str, decision_id: int, parts: Parts, author: str, reason: str
) -> None:
    """Queue the records of a new decision and write it into the audit log."""
    sql.run(connection, "match/queue_records", keys=[key for part in parts for key in part])
    append_entry(connection, author, action, f"decision {decision_id}", reason, after=parts)


def _check_others(connection: Connection, kind: str, parts: Parts) -> None:
    """Refuse what decisions in force say already, or forbid."""
    decisions = read_decisions(connection)
    if same := decisions.find_same(kind, parts):
        raise RepeatedDecisionError(
            f"this {kind} is in force already: decision {same.decision_id} of {same.author}",
            where=" and ".join(part[0] for part in parts),
            hint="`hub decide list KEY` tells why and since when",
        )
    if chain := decisions.find_contradiction(parts):
        told = ", ".join(f"{each.decision_id} ({each.kind})" for each in chain)
        raise ContradictionError(
            f"this {kind} contradicts the decisions {told}",
            where=" and ".join(part[0] for part in parts),
            hint="withdraw one of them first; if others are in the way, they are named then",
        )


def _check_partition(
    golden_id: UUID,
    members: Sequence[str],
    named: Sequence[Sequence[str]],
    *,
    is_rest_a_part: bool,
) -> Parts:
    """Return the parts with the rest, or raise what is wrong with them."""
    keys = [key for part in named for key in part]
    rest = sorted(set(members) - set(keys))
    where = f"golden record {golden_id}"
    if not members:
        raise HubError("no golden record has this id", where=where, hint="`hub resolve ID`")
    if foreign := sorted(set(keys) - set(members)):
        raise HubError(
            "not all records are its own", where=f"{where}: {', '.join(foreign)}",
            hint="source keys are <channel>/<entity>/<source id>",
        )  # fmt: skip
    if len(keys) != len(set(keys)) or not all(named):
        raise HubError("a record stands in two parts, or a part is empty", where=where)
    if rest and not is_rest_a_part:
        raise HubError(
            "an unmerge names every record", where=f"{where}: {', '.join(rest)} not named",
            hint="put each into a part; `--rest` makes them one more",
        )  # fmt: skip
    parts = [*map(tuple, named), *([tuple(rest)] if rest else [])]
    if len(parts) < 2:
        raise HubError("an unmerge needs two parts", where=where, hint="`--part A,B --part C`")
    return tuple(parts)


def _check_records(connection: Connection, keys: Sequence[str]) -> None:
    """Refuse keys that are not source records of one entity and kind, each named once."""
    if doubled := sorted({key for key in keys if keys.count(key) > 1}):
        raise HubError("a decision names each record once", where=", ".join(doubled))
    rows = sql.rows(connection, "match/select_decision_ends", keys=list(keys))
    if unknown := sorted(set(keys) - {row.source_key for row in rows}):
        raise HubError(
            "the hub has no such source record",
            where=", ".join(unknown),
            hint="source keys are <channel>/<entity>/<source id>",
        )
    if len({(row.entity, row.kind) for row in rows}) > 1:
        raise HubError(
            "persons, organisations and contacts are never one customer",
            where=" and ".join(sorted(keys)),
            hint="correct the kind in the channel first",
        )
