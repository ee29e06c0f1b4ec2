"""What happens to a hub between two backups: a business day, and golden rows changed at random."""

from __future__ import annotations

from sqlalchemy import text

from bench.backup.multiply import multiply
from customer_hub.core import db

# Tables whose rows a changed customer changes, and a column that may be written anew.
_CHANGED = {
    "source.customer": "version_at = version_at + interval '1 second'",
    "match.feature": "matcher_digest = sha256(matcher_digest)",
    "master.customer": "record_count = record_count + 1",
    "master.cell_lineage": "rule = rule || '+'",
    "master.customer_version": "recorded_to = null, valid_from = valid_from + interval '1 second'",
}
_GOLDEN = {
    "master.customer": "record_count = record_count + 1",
    "master.contact_point": "is_preferred = not is_preferred",
    "master.address": "is_preferred = not is_preferred",
    "master.cell_lineage": "rule = rule || '-'",
}


def count_rows() -> int:
    """Return how many rows the hub has, as the statistics know it."""
    with db.begin() as connection:
        found = connection.execute(
            text("select sum(n_live_tup) from pg_stat_user_tables where schemaname <> 'backup'")
        )
        return int(found.scalar_one())


def live_a_day(copy: int) -> tuple[int, int]:
    """Let a day's new customers come and others change; returns rows added and rows changed.

    The new ones are one further copy of the small hub: their source keys follow all earlier ones,
    their golden ids lie anywhere. The changed rows are drawn at random, a fifth of the added.
    """
    before = count_rows()
    multiply([copy])
    added = count_rows() - before
    changed = _change(_CHANGED, added // 5)
    return added, changed


def change_golden(share: float) -> int:
    """Change a share of the golden rows, drawn at random; returns how many."""
    with db.begin() as connection:
        rows = sum(
            connection.execute(text(f"select count(*) from {table}")).scalar_one()
            for table in _GOLDEN
        )
    return _change(_GOLDEN, round(rows * share))


def _change(tables: dict[str, str], count: int) -> int:
    with db.begin() as connection:
        totals = {
            table: connection.execute(text(f"select count(*) from {table}")).scalar_one()
            for table in tables
        }
        chance, changed = count / sum(totals.values()), 0
        for table, change in tables.items():
            changed += connection.execute(
                text(f"update {table} set {change} where random() < :chance"),
                {"chance": chance},
            ).rowcount
    return changed
