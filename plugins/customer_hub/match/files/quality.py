"""How right a grouping is against the truth: pairs, B-cubed, wrongly merged and split groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall as shares (0..1); 1 where there was nothing to find or to get wrong."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two groupings of the same records have in common.

    ``over_merged`` counts found groups that hold more than one true one, ``under_merged`` true
    groups that lie in more than one found one.
    """

    records: int
    found_groups: int
    true_groups: int
    found_pairs: int
    true_pairs: int
    right_pairs: int
    pairwise: Score
    b_cubed: Score
    over_merged: int
    under_merged: int


def judge(found: npt.NDArray[np.generic], truth: npt.NDArray[np.generic]) -> Verdict:
    """Compare two labelings of the same records, in the same order; sorting is all it costs.

    Args:
        found: one label a record, of any type that numpy can sort.
        truth: the same for the true groups.
    """
    if found.shape != truth.shape or found.ndim != 1:
        raise ValueError("found and truth label the same records, one label each")
    found_labels, found_sizes = _number(found)
    true_labels, true_sizes = _number(truth)
    # A cell is the overlap of one found and one true group.
    cells, cell_sizes = np.unique(
        found_labels * max(1, true_sizes.size) + true_labels, return_counts=True
    )
    of_found, of_true = np.divmod(cells, max(1, true_sizes.size))
    found_pairs, true_pairs, right_pairs = map(_pairs, (found_sizes, true_sizes, cell_sizes))
    squares = cell_sizes.astype(np.float64) ** 2
    records = int(found.size)
    return Verdict(
        records=records,
        found_groups=int(found_sizes.size),
        true_groups=int(true_sizes.size),
        found_pairs=found_pairs,
        true_pairs=true_pairs,
        right_pairs=right_pairs,
        pairwise=Score(_share(right_pairs, found_pairs), _share(right_pairs, true_pairs)),
        b_cubed=Score(
            _share(float(np.sum(squares / found_sizes[of_found])), records),
            _share(float(np.sum(squares / true_sizes[of_true])), records),
        ),
        over_merged=_count_spread(of_found, found_sizes.size),
        under_merged=_count_spread(of_true, true_sizes.size),
    )


def _number(labels: npt.NDArray[np.generic]) -> tuple[Labels, Labels]:
    """Return the labels as numbers from 0 and the size of each group."""
    _, numbers, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return numbers.astype(np.int64), sizes.astype(np.int64)


def _pairs(sizes: Labels) -> int:
    return int(np.sum(sizes * (sizes - 1) // 2))


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 1.0


def _count_spread(groups: Labels, count: int) -> int:
    return int(np.sum(np.bincount(groups, minlength=count) > 1))


def reach(left: Labels, right: Labels, truth: Labels) -> float:
    """Return the share of the true pairs that are among the pairs (left, right).

    Args:
        left: record numbers, one end of each compared pair; a pair may occur more than once.
        right: the other ends.
        truth: the true label of each record number.
    """
    true_pairs = _pairs(_number(truth)[1])
    is_true = (truth[left] == truth[right]) & (left != right)
    low = np.minimum(left[is_true], right[is_true]).astype(np.int64)
    high = np.maximum(left[is_true], right[is_true]).astype(np.int64)
    return _share(np.unique(low * truth.size + high).size, true_pairs)
