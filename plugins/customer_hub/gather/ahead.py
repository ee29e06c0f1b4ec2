"""Reading pages ahead: the channel is asked for the next ones while the last ones land."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from customer_hub.channels.contract import Page

AHEAD = 8  # so many pages wait at most, and so many land together: memory stays bounded


def read_ahead(pages: Iterator[Page]) -> Iterator[list[Page]]:
    """Yield pages in their order, as many together as have been read meanwhile.

    A slow channel's pages come one by one; those of a quick one together, so that they share the
    cost of a transaction. What reading raises comes after all pages before it. One thread reads, so
    that a channel never meets itself; whoever stops early does not wait for what is on its way.
    """
    reader = ThreadPoolExecutor(1, "read-ahead")
    try:
        coming = deque(reader.submit(next, pages, None) for _ in range(AHEAD))
        while batch := _take(coming):
            coming.extend(reader.submit(next, pages, None) for _ in batch)
            yield batch
    finally:
        reader.shutdown(wait=False, cancel_futures=True)


def _take(coming: deque[Future[Page | None]]) -> list[Page]:
    """Return the pages that are there, waiting for the first; none at the end."""
    batch: list[Page] = []
    while coming and (not batch or (coming[0].done() and not coming[0].exception())):
        page = coming.popleft().result()
        if page is None:
            coming.clear()
        else:
            batch.append(page)
    return batch
