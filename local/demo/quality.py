"""How good the matching is against a known truth: pairwise precision and recall."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Quality:
    """Pairs of records: found, true, and both. ``precision`` and ``recall`` are shares (0..1)."""

    found_pairs: int
    true_pairs: int
    right_pairs: int

    @property
    def precision(self) -> float:
        """Share of the found pairs that are true; 1 when nothing was found."""
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found; 1 when there is none."""
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0


def evaluate(found: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Quality:
    """Compare two groupings of the records that both know.

    Args:
        found: source key -> golden id.
        truth: source key -> true customer.
    """
    known = found.keys() & truth.keys()
    return Quality(
        found_pairs=_count_pairs(Counter(found[key] for key in known)),
        true_pairs=_count_pairs(Counter(truth[key] for key in known)),
        right_pairs=_count_pairs(Counter((found[key], truth[key]) for key in known)),
    )


def evaluate_customers(connection: Connection, truth_file: Path) -> Quality:
    """Compare the crosswalk of customers with a truth file.

    Args:
        connection: any connection; nothing is written.
        truth_file: CSV with the columns source_key and true_customer_id.
    """
    with truth_file.open(encoding="utf-8", newline="") as file:
        truth = {row["source_key"]: row["true_customer_id"] for row in csv.DictReader(file)}
    rows = connection.execute(
        text("select source_key, golden_id from match.crosswalk where entity = 'customer'")
    )
    found = {row.source_key: row.golden_id for row in rows}
    return evaluate(found, truth)


def _count_pairs(sizes: Counter[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
