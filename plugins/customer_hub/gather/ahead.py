"""Reading a page ahead: the channel is asked for the next page while this one lands."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from customer_hub.channels.contract import Page


def read_ahead(pages: Iterator[Page]) -> Iterator[Page]:
    """Yield pages in their order, one of them read already; what reading raises comes in its turn.

    One thread reads all of them, so that a channel never meets itself. Whoever stops early does not
    wait for the page that is on its way.
    """
    reader = ThreadPoolExecutor(1, "read-ahead")
    try:
        coming = reader.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = reader.submit(next, pages, None)
            yield page
    finally:
        reader.shutdown(wait=False)
