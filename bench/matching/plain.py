"""``hub match`` without the part that minds conflicts: what links is one, whatever speaks against it.

For the speed run alone, beside peers that cluster so.
"""

from __future__ import annotations

import numpy as np

from customer_hub.cli.app import main
from customer_hub.match.engine import clustering, resolving
from customer_hub.match.engine.clustering import Pairs
from customer_hub.match.engine.column import Ints


def list_none(_size: int, _pairs: Pairs, _limit: int) -> tuple[Ints, Ints]:
    """Return no further pairs to compare."""
    return np.zeros(0, np.int64), np.zeros(0, np.int64)


def connect(size: int, pairs: Pairs, *_decisions: object) -> Ints:
    """Return the smallest record of each record's connected component."""
    links = pairs.weight > 0
    part = clustering.find_components(size, pairs.left[links], pairs.right[links])
    smallest = np.full(size, size)
    np.minimum.at(smallest, part, np.arange(size))
    return smallest[part]


if __name__ == "__main__":
    resolving.list_missing_pairs = list_none
    resolving.cluster = connect
    main()
