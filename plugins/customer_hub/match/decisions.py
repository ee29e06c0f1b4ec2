"""A steward's word: must-links and cannot-links. They name source keys and outrank every rule."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import HubError

Kind = Literal["must-link", "cannot-link"]


class ContradictionError(HubError):
    """A decision that earlier decisions make impossible; the message names their chain."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in force."""

    decision_id: int
    kind: str
    left: str
    right: str


class Decisions:
    """The decisions in force, for the clustering and for the check of a new one."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._all = sorted(decisions, key=lambda decision: decision.decision_id)
        self._near: dict[str, list[tuple[str, Decision]]] = defaultdict(list)
        self._apart: dict[str, list[Decision]] = defaultdict(list)
        for decision in self._all:
            if decision.kind == "must-link":
                self._near[decision.left].append((decision.right, decision))
                self._near[decision.right].append((decision.left, decision))
            else:
                self._apart[decision.left].append(decision)
                self._apart[decision.right].append(decision)

    @property
    def must_links(self) -> list[tuple[str, str]]:
        """Pairs that belong together."""
        return [(each.left, each.right) for each in self._all if each.kind == "must-link"]

    def must_links_of(self, records: Sequence[str]) -> list[tuple[str, str]]:
        """Pairs that belong together with an end in `records`."""
        return [
            (decision.left, decision.right)
            for key in records
            for _, decision in self._near.get(key, ())
        ]

    def cannot_links_of(self, records: Sequence[str]) -> list[tuple[str, str]]:
        """Pairs that stay apart with an end in `records`."""
        return [
            (decision.left, decision.right)
            for key in records
            for decision in self._apart.get(key, ())
        ]

    def find_contradiction(self, kind: str, left: str, right: str) -> list[Decision]:
        """Return the chain of decisions that forbids a new one; empty if nothing does.

        A cannot-link contradicts a chain of must-links between its ends. A must-link contradicts a
        cannot-link between what hangs together with its left and with its right end.
        """
        chains = self._follow(left)
        if kind == "cannot-link":
            return chains.get(right, [])
        if right in chains:
            return []
        others = self._follow(right)
        for key in sorted(chains):
            for decision in self._apart.get(key, ()):
                other = decision.right if decision.left == key else decision.left
                if other in others:
                    return [*chains[key], decision, *others[other]]
        return []

    def _follow(self, start: str) -> dict[str, list[Decision]]:
        """Return every record that must-links join to `start`, with the chain that leads there."""
        chains: dict[str, list[Decision]] = {start: []}
        queue = deque([start])
        while queue:
            key = queue.popleft()
            for other, decision in self._near.get(key, ()):
                if other not in chains:
                    chains[other] = [*chains[key], decision]
                    queue.append(other)
        return chains


def read_decisions(connection: Connection) -> Decisions:
    """Return the decisions in force."""
    return Decisions(
        Decision(row.decision_id, row.kind, row.left_key, row.right_key)
        for row in sql.rows(connection, "match/select_decisions")
    )


def decide(kind: Kind, left: str, right: str, author: str, reason: str) -> int:
    """Store a decision about two source records and queue them; returns its id.

    It takes effect at the next match.

    Raises:
        ContradictionError: earlier decisions say the opposite, through the chain that it names.
        HubError: no reason was given, a record does not exist, or the two can never be one
            (customer and contact, or person and organisation).
    """
    with db.hold_lock("match"), db.begin() as connection:
        entity = _check_ends(connection, left, right)
        chain = read_decisions(connection).find_contradiction(kind, left, right)
        if chain:
            told = ", ".join(f"{each.decision_id} ({each.kind})" for each in chain)
            raise ContradictionError(
                f"a {kind} contradicts the decisions {told}",
                where=f"{left} and {right}",
                hint="withdraw one of them first",
            )
        first, second = sorted((left, right))
        row = sql.rows(
            connection, "match/insert_decision", kind=kind, left_key=first, right_key=second,
            field=None, author=author, reason=reason,
        )[0]  # fmt: skip
        sql.run(connection, "match/queue_records", keys=[first, second], entity=entity)
        append_entry(
            connection, author, f"decide {kind}", f"decision {row.decision_id}", reason,
            after=[kind, first, second],
        )  # fmt: skip
    return int(row.decision_id)


def withdraw(decision_id: int, author: str, reason: str) -> None:
    """Take a decision back and queue its records.

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
                hint="see match.decision for the ids",
            )
        keys = [rows[0].left_key, rows[0].right_key]
        ages = sql.rows(connection, "match/select_ages", keys=keys)
        for row in ages:
            sql.run(connection, "match/queue_records", keys=[row.source_key], entity=row.entity)
        append_entry(
            connection, author, "withdraw decision", f"decision {decision_id}", reason, before=keys
        )


def _check_ends(connection: Connection, left: str, right: str) -> str:
    rows = {
        row.source_key: row
        for row in sql.rows(connection, "match/select_decision_ends", keys=[left, right])
    }
    if left == right or len(rows) != 2:
        raise HubError(
            "a decision needs two source records that exist",
            where=f"{left} and {right}",
            hint="source keys are <channel>/<entity>/<source id>",
        )
    first, second = rows[left], rows[right]
    if first.entity != second.entity or first.kind != second.kind:
        raise HubError(
            "persons, organisations and contacts are never one customer",
            where=f"{left} and {right}",
            hint="correct the kind in the channel first",
        )
    return str(first.entity)
