"""What the matcher is least sure of, as questions to a steward: ranked, bounded, never waited for.

A question is worth its chance of being wrong times what hangs on it. Questions are kept by deltas
like edges; the best of them are the open tasks.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.match.cluster import find_components
from customer_hub.match.reading import cut
from customer_hub.match.regroup import Member

MARGIN = 4_000  # 1/1000 bit from even odds: beyond it a wrong call is rarer than 1 in 16
EVEN = 500  # 1/1000: the chance of being wrong where two voices contradict each other
_ORDER_LIMIT = 1_000
_CHUNK = 10_000
_LOOKED_AT = 20  # questions for each that is asked: so many between two customers are rare


def ask_again(
    connection: Connection, before: Mapping[str, Member], after: Mapping[str, Member]
) -> None:
    """Ask again about records that were clustered again.

    Args:
        connection: the match's transaction.
        before: the records as they stood, and
        after: as they stand: whole clusters.
    """
    keys = sorted(before.keys() | after.keys())
    for part in cut(keys):
        sql.run(connection, "match/delete_reviews", keys=list(part))
    for part in cut(keys, _CHUNK):
        sql.run(
            connection,
            "match/insert_reviews",
            keys=list(part),
            margin=MARGIN,
            even=EVEN,
            order_limit=_ORDER_LIMIT,
        )
    _ask_about_guards(connection, after)


def open_reviews(connection: Connection, review_limit: int) -> None:
    """Let the questions that matter most be the open tasks, ``review_limit`` at most.

    Of several between the same two customers the first is asked: its answer settles the others.
    """
    sql.run(
        connection,
        "match/sync_review_tasks",
        review_limit=review_limit,
        look_limit=_LOOKED_AT * review_limit,
    )


def _ask_about_guards(connection: Connection, after: Mapping[str, Member]) -> None:
    guarded = {key: member for key, member in after.items() if member.is_guarded}
    if not guarded:
        return
    links = [(key, member.cluster_key) for key, member in guarded.items()]
    for part in cut(sorted(guarded)):
        links += [
            (row.left_key, row.right_key)
            for row in sql.rows(connection, "match/select_edges_around", keys=list(part))
            if row.score > 0 and not row.is_veto
        ]
    splits = []
    for members in find_components(guarded, links):
        oldest = sorted({guarded[key].cluster_key for key in members})
        if len(oldest) > 1:
            splits.append((oldest[0], oldest[1], len(members), len(oldest), " ".join(members)))
    for batch in cut(splits):
        left, right, records, parts, named = map(list, zip(*batch, strict=True))
        sql.run(
            connection,
            "match/insert_guard_reviews",
            left_keys=left,
            right_keys=right,
            record_counts=records,
            part_counts=parts,
            members=named,
            even=EVEN,
        )
