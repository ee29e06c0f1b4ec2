"""How much a push would do to a target, and whether it may go: above a limit a person decides."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from sqlalchemy import Connection, Row

from customer_hub.channels.config import ChannelConfig, PushLimits
from customer_hub.core import db, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.receipts import write_receipt


@dataclass(frozen=True, slots=True)
class Weight:
    """What a push would do to one entity of a target, in records.

    `deleted` are records that would go, or lose a value, be it one field. They are among the changed
    ones too. `known` is how many of the target's records the hub knows.
    """

    created: int = 0
    changed: int = 0
    deleted: int = 0
    known: int = 0

    @classmethod
    def of(cls, counts: Mapping[str, int], emptied: int) -> Self:
        """Return it from deliveries by kind of write, and how many updates would empty a field."""
        deletes = counts.get("delete", 0)
        return cls(
            created=counts.get("create", 0),
            changed=counts.get("update", 0) + deletes,
            deleted=emptied + deletes,
        )

    def exceeds(self, limits: PushLimits) -> bool:
        """Return whether a person must approve this."""
        return any(
            count >= limits.fewest_records and count > share * self.known
            for count, share in (
                (self.created, limits.most_created_share),
                (self.changed, limits.most_changed_share),
                (self.deleted, limits.most_deleted_share),
            )
        )

    def is_within(self, other: "Weight") -> bool:
        """Return whether this does no more than the other."""
        return (
            self.created <= other.created
            and self.changed <= other.changed
            and self.deleted <= other.deleted
        )


@dataclass(frozen=True, slots=True)
class Push:
    """A push that was weighed, by its number."""

    push_id: int
    channel: str
    weights: Mapping[str, Weight]

    def describe(self) -> str:
        """Say what it would do, in counts alone."""
        lines = []
        for entity, each in sorted(self.weights.items()):
            told = ", ".join(
                f"{name} {count} ({count / max(each.known, 1):.1%})"
                for name in ("created", "changed", "deleted")
                if (count := getattr(each, name))
            )
            lines.append(f"{entity}: {told} of {each.known} known")
        return "; ".join(lines)


def note_observed(
    connection: Connection, channel: str, weights: Mapping[str, Weight], run_id: str
) -> None:
    """Keep what a plan would do to a target in observe mode: who enables it enables that much."""
    sql.run(connection, "publish/replace_pushes", channel=channel, states=["observed"])
    weights = _add_known(connection, channel, weights)
    if weights:
        _insert(connection, channel, "observed", weights, run_id)
        _write_receipts(connection, channel, weights, run_id)


def weigh_push(
    connection: Connection, config: ChannelConfig, emptied: Mapping[str, int], run_id: str
) -> None:
    """Weigh all that is planned and not let through, and let it through or ask a person.

    A push above a limit goes if it does no more than what a person saw when enabling the target,
    as the first one after that. What waits for an answer already is asked again only if
    something was planned since; then the question is a new one, with a new number.

    Args:
        connection: the transaction of the plan, which holds the target's lock.
        config: the target, with its limits.
        emptied: by entity, how many of the planned updates would empty a field.
        run_id: of the plan.
    """
    channel = config.name
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    has_news = False
    for row in sql.rows(connection, "publish/count_unweighed", channel=channel):
        counts[row.entity][row.op] = row.held_count
        has_news = has_news or row.new_count > 0
    if not counts:
        sql.run(connection, "publish/replace_pushes", channel=channel, states=["asked"])
        return
    weights = _add_known(
        connection,
        channel,
        {name: Weight.of(each, emptied.get(name, 0)) for name, each in counts.items()},
    )
    push_id = _decide(connection, config, weights, run_id, has_news=has_news)
    sql.run(connection, "publish/assign_push", channel=channel, push_id=push_id)
    _write_receipts(connection, channel, weights, run_id)


def _decide(
    connection: Connection,
    config: ChannelConfig,
    weights: Mapping[str, Weight],
    run_id: str,
    *,
    has_news: bool,
) -> int:
    """Return the number of the push that answers for what was weighed, in its new state."""
    channel = config.name
    granted = _select(connection, channel, "granted")
    asked = _select(connection, channel, "asked")
    if not any(each.exceeds(config.push_limits) for each in weights.values()):
        sql.run(connection, "publish/replace_pushes", channel=channel, states=["granted", "asked"])
        return _insert(connection, channel, "free", weights, run_id)
    if granted is not None and _is_within(weights, granted.weights):
        sql.run(connection, "publish/replace_pushes", channel=channel, states=["asked"])
        _update(connection, granted.push_id, "approved", weights, run_id)
        return granted.push_id
    sql.run(connection, "publish/replace_pushes", channel=channel, states=["granted"])
    if asked is not None and not has_news:
        _update(connection, asked.push_id, "asked", weights, run_id)
        return asked.push_id
    sql.run(connection, "publish/replace_pushes", channel=channel, states=["asked"])
    return _insert(connection, channel, "asked", weights, run_id)


def read_asked(channel: str | None = None, *, run_id: str | None = None) -> list[Push]:
    """Return the pushes that wait for a person.

    Args:
        channel: only of this target.
        run_id: only if this run was the last to weigh it: what it has told a person holds.
    """
    with db.begin() as connection:
        rows = sql.rows(
            connection, "publish/select_pushes", channel=channel, states=["asked"], size=100
        )
    return [_make_push(row) for row in rows if run_id in (None, row.run_id)]


def approve_push(channel: str, push_id: int, author: str, reason: str) -> bool:
    """Let a push go that waits for a person; audited. It covers what was planned then.

    Safe to repeat: an approved push stays approved.

    Returns:
        Whether this made the difference.

    Raises:
        ConfigurationError: there is no such push, or it was rejected or replaced by a later one.
    """
    with db.begin() as connection:
        sql.rows(connection, "publish/lock_target", channel=channel)
        decided = sql.rows(
            connection,
            "publish/decide_pushes",
            channel=channel,
            push_id=push_id,
            before="asked",
            after="approved",
            author=author,
        )
        if decided:
            append_entry(connection, author, "approve push", f"{channel}/{push_id}", reason)
            return True
        approved = sql.rows(
            connection, "publish/select_pushes", channel=channel, states=["approved"], size=1000
        )
        if any(row.push_id == push_id for row in approved):
            return False
        asked = _select(connection, channel, "asked")
    waiting = f"{asked.push_id} waits: {asked.describe()}" if asked else "none waits"
    raise ConfigurationError(
        f"push {push_id} does not wait for an approval; {waiting}",
        where=channel,
        hint="`hub channel pushes` lists those that wait",
    )


def _select(connection: Connection, channel: str, state: str) -> Push | None:
    found = sql.rows(connection, "publish/select_pushes", channel=channel, states=[state], size=1)
    return _make_push(found[0]) if found else None


def _make_push(row: Row[Any]) -> Push:
    weights = {entity: Weight(**counts) for entity, counts in row.counts.items()}
    return Push(row.push_id, row.channel, weights)


def _is_within(weights: Mapping[str, Weight], granted: Mapping[str, Weight]) -> bool:
    return all(each.is_within(granted.get(name, Weight())) for name, each in weights.items())


def _add_known(
    connection: Connection, channel: str, weights: Mapping[str, Weight]
) -> dict[str, Weight]:
    """Return the weights that are any, with how many records the hub knows."""
    known = {
        row.entity: row.known_count
        for row in sql.rows(connection, "publish/count_known", channel=channel)
    }
    return {
        name: Weight(each.created, each.changed, each.deleted, known.get(name, 0))
        for name, each in weights.items()
        if each.created or each.changed
    }


def _insert(
    connection: Connection, channel: str, state: str, weights: Mapping[str, Weight], run_id: str
) -> int:
    made = sql.rows(
        connection,
        "publish/insert_push",
        channel=channel,
        state=state,
        counts=_to_json(weights),
        run_id=run_id,
    )
    return int(made[0].push_id)


def _update(
    connection: Connection, push_id: int, state: str, weights: Mapping[str, Weight], run_id: str
) -> None:
    sql.run(
        connection,
        "publish/update_push",
        push_id=push_id,
        state=state,
        counts=_to_json(weights),
        run_id=run_id,
    )


def _to_json(weights: Mapping[str, Weight]) -> str:
    return json.dumps({name: asdict(each) for name, each in weights.items()})


def _write_receipts(
    connection: Connection, channel: str, weights: Mapping[str, Weight], run_id: str
) -> None:
    for entity, each in weights.items():
        shares = {
            f"{name}_share": round(getattr(each, name) / max(each.known, 1), 4)
            for name in ("created", "changed", "deleted")
        }
        write_receipt(
            connection, run_id, "weigh", asdict(each) | shares, channel=channel, entity=entity
        )
