"""How good clusters are, against a truth: pairs, records, and what was merged or torn apart."""

from dataclasses import dataclass

import numpy as np

from customer_hub.match.engine.column import Ints


@dataclass(frozen=True, slots=True)
class Shares:
    """Precision, recall and their harmonic mean, 0..1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """Clusters beside the truth.

    ``pairs`` counts pairs of records that are together; ``records`` is B-cubed (Bagga and Baldwin
    1998): the mean over records of how pure and how complete their cluster is. ``over_merged`` are
    clusters that hold several true ones, ``under_merged`` true ones that lie in several clusters.
    ``reach`` is the share of true pairs that were compared.
    """

    pairs: Shares
    records: Shares
    clusters: int
    true_clusters: int
    over_merged: int
    under_merged: int
    reach: float


def judge(found: Ints, truth: Ints, left: Ints, right: Ints) -> Quality:
    """Return the quality of clusters.

    Args:
        found: the cluster of each record.
        truth: the true cluster of each record.
        left: left records of the compared pairs.
        right: right records of the same.
    """
    found, truth = (np.unique(each, return_inverse=True)[1] for each in (found, truth))
    both = found.astype(np.int64) * (int(truth.max(initial=0)) + 1) + truth
    cells, cell_of, cell_sizes = np.unique(both, return_inverse=True, return_counts=True)
    found_sizes, true_sizes = np.bincount(found), np.bincount(truth)
    together = _pairs_in(cell_sizes)
    true_pairs = _pairs_in(true_sizes)
    overlap = cell_sizes[cell_of]
    parts = np.bincount(cells // (int(truth.max(initial=0)) + 1))
    torn = np.bincount(cells % (int(truth.max(initial=0)) + 1))
    return Quality(
        pairs=Shares(_share(together, _pairs_in(found_sizes)), _share(together, true_pairs)),
        records=Shares(
            float(np.mean(overlap / found_sizes[found])),
            float(np.mean(overlap / true_sizes[truth])),
        ),
        clusters=len(found_sizes),
        true_clusters=len(true_sizes),
        over_merged=int((parts > 1).sum()),
        under_merged=int((torn > 1).sum()),
        reach=_share(float((truth[left] == truth[right]).sum()), true_pairs),
    )


def _pairs_in(sizes: Ints) -> float:
    return float((sizes.astype(float) * (sizes - 1) / 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
