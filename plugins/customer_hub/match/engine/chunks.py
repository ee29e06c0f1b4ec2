"""Work on many pairs in parts, side by side: in bounded memory, the same for any number of them."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

_FEW, _CHUNK = 10_000, 250_000  # pairs


def for_chunks(
    size: int, work: Callable[[slice], object], done: Callable[[int], object] | None = None
) -> None:
    """Do some work on each part of so many pairs.

    Args:
        size: number of pairs.
        work: is given the part; parts do not overlap.
        done: is told how many pairs are behind, where there is more than one part.
    """
    starts = [0, *range(min(_FEW, size), size, _CHUNK)]
    parts = [slice(start, end) for start, end in pairwise([*starts, size])]
    for part in parts[:1]:
        work(part)  # alone: it may work out what all the parts need
    if len(parts) > 1:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for part, _ in zip(parts[1:], pool.map(work, parts[1:]), strict=True):
                if done is not None:
                    done(part.stop)
