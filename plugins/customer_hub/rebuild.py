"""Build everything again from the accepted versions: all steps of a build as one hand-over.

Stands between the doors and the rooms, because it is the one thing that runs several rooms in one
transaction: who reads meanwhile sees what was, and a crash leaves it.
"""

from dataclasses import dataclass

from customer_hub.channels.config import read_channels
from customer_hub.channels.policy import read_policy
from customer_hub.core import clock, db, keys, policy, sql, table_hash
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import HubError
from customer_hub.core.results import BatchResult
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_all
from customer_hub.validate.master import validate_master, validate_standard


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did.

    `waiting` is how much waited to be built before, which accounts for tables that differ.
    """

    run_id: str
    results: tuple[BatchResult, ...]
    waiting: int
    different: tuple[str, ...]


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
    run_id = f"rebuild__{clock.now().isoformat()}"
    targets = [f"publish/{each.name}" for each in read_channels().values() if each.publish]
    with db.begin_whole("standardise", "match", "merge", *targets) as connection:
        sealer = keys.sealer()
        waiting = int(sql.rows(connection, "core/count_unbuilt")[0].waiting)
        before = table_hash.hash_tables(connection, sealer)
        if activate:
            version = policy.activate_version(connection, read_policy())
            sql.run(connection, "rebuild/replan_targets")
        sql.run(connection, "rebuild/empty_current_tables")
        results = [standardise_all(run_id), validate_standard(run_id), match_pending(run_id)]
        sql.run(connection, "rebuild/queue_standing_goldens")
        results += [merge_pending(run_id), validate_master(run_id)]
        after = table_hash.hash_tables(connection, sealer)
        if activate:  # last, for nobody else appends to the log until this transaction ends
            append_entry(connection, author, "activate policy", f"policy/{version}", reason)
    different = tuple(table for table in after if before[table] != after[table])
    return Rebuilt(run_id, tuple(results), waiting, different)
