"""Build everything again from the accepted versions: all steps of a build as one hand-over.

Stands between the doors and the rooms, because it is the one thing that runs several rooms in one
transaction: who reads meanwhile sees what was, and a crash leaves it. A rehearsal is the same
transaction, looked at and rolled back: what checks law 4 and what tries a policy.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from customer_hub.channels.config import read_channels
from customer_hub.channels.policy import read_policy, standing_in
from customer_hub.core import clock, db, keys, policy, sql
from customer_hub.core.audit import append_entry
from customer_hub.core.difference import Difference, find_difference
from customer_hub.core.errors import HubError
from customer_hub.core.policy import Policy
from customer_hub.core.results import BatchResult
from customer_hub.core.table_hash import TABLES
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_all
from customer_hub.validate.master import validate_master, validate_standard

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did, or would have done.

    `waiting` is how much waited to be built before, which accounts for differences. Those are the
    first of each table that has one, in the order of the flow: what differs in the first of them is
    the cause of the rest.
    """

    run_id: str
    results: tuple[BatchResult, ...]
    waiting: int
    differences: tuple[Difference, ...]

    @property
    def different(self) -> tuple[str, ...]:
        """The tables that differ from before."""
        return tuple(each.table for each in self.differences)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rebuild before its end: what stands, and what it becomes, each read by its connection."""

    run_id: str
    results: tuple[BatchResult, ...]
    standing: Connection
    rebuilt: Connection


def rebuild(*, activate: bool = False, author: str = "", reason: str = "") -> Rebuilt:
    """Empty all current tables and build them again, in one transaction.

    Nothing else builds or publishes meanwhile; gathers go on, and what they close waits for the
    next build. Safe to run again at any time.

    Args:
        activate: make the policy as it stands the active version first.
        author: who activates it; kept in the audit log.
        reason: why; the same.

    Raises:
        HubError: a build, a decision or a publish run is at work, or an activation has no reason.
        ConfigurationError: the policy files are not the active version, and are not to be.
        BadDataError: a suite over the hub's own tables is broken; everything is as it was.
    """
    if activate and not reason.strip():
        raise HubError("no reason was given", where="policy", hint='say why: `--reason ".."`')
    with db.begin_whole(*_list_locks()) as connection:
        waiting = _count_waiting(connection)
        if activate:
            version = policy.activate_version(connection, read_policy())
            sql.run(connection, "rebuild/replan_targets")
        run_id, results = _build_again(connection)
        with db.look_beside() as standing:
            differences = _compare(standing, connection)
        if activate:  # last, for nobody else appends to the log until this transaction ends
            append_entry(connection, author, "activate policy", f"policy/{version}", reason)
    return Rebuilt(run_id, results, waiting, differences)


def check() -> Rebuilt:
    """Tell whether a rebuild would change anything (law 4). Nothing of it stays.

    Raises:
        HubError: something waits to be built, or a build, a decision or a publish run is at work.
        ConfigurationError: the policy files are not the active version.
        BadDataError: a suite over the hub's own tables is broken.
    """
    with rehearse() as done:
        return Rebuilt(done.run_id, done.results, 0, _compare(done.standing, done.rebuilt))


@contextmanager
def rehearse(tried: Policy | None = None) -> Iterator[Rehearsal]:
    """Build everything again, let the caller look at what it becomes, and roll it back.

    Args:
        tried: the policy to build under; None: the one in force.

    Raises:
        HubError: as `check`.
        BadDataError: a suite over the hub's own tables is broken.
    """
    in_force = tried or read_policy()
    with db.rehearse(*_list_locks()) as connection, standing_in(in_force):
        waiting = _count_waiting(connection)
        if waiting:
            raise HubError(
                f"{waiting} records wait to be built: a difference would say nothing",
                where="rebuild",
                hint="build first (`airflow dags trigger build_master`), then run this again",
            )
        if tried is not None:
            policy.activate_version(connection, tried)
        run_id, results = _build_again(connection)
        with db.look_beside() as standing:
            yield Rehearsal(run_id, results, standing, connection)


def _list_locks() -> list[str]:
    targets = [f"publish/{each.name}" for each in read_channels().values() if each.publish]
    return ["standardise", "match", "merge", *targets]


def _count_waiting(connection: Connection) -> int:
    return int(sql.rows(connection, "rebuild/count_waiting")[0].waiting)


def _build_again(connection: Connection) -> tuple[str, tuple[BatchResult, ...]]:
    """Empty what is derived and derive it again inside the transaction of the caller."""
    run_id = f"rebuild__{clock.now().isoformat()}"
    sql.run(connection, "rebuild/empty_current_tables")
    results = [standardise_all(run_id), validate_standard(run_id), match_pending(run_id)]
    sql.run(connection, "rebuild/queue_standing_goldens")
    results += [merge_pending(run_id), validate_master(run_id)]
    return run_id, tuple(results)


def _compare(standing: Connection, rebuilt: Connection) -> tuple[Difference, ...]:
    """Return the first difference of each table that has one, in the order of the flow."""
    found = []
    for table in TABLES:
        found.append(find_difference(standing, rebuilt, keys.sealer(), table))
        _log.info("rebuild: %s compared", table)
    return tuple(each for each in found if each is not None)
