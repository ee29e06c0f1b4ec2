"""Several requests at a time: a system's answer takes longer than its budget makes us wait."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# At 50 ms an answer, enough for 160 requests a second; the budget says how many there are.
ABREAST = 8


def do_abreast(
    act: Callable[[Item], Answer],
    items: Iterable[Item],
    go_on: Callable[[], bool] = lambda: True,
) -> Generator[tuple[Item, Future[Answer]]]:
    """Yield each item, in order, with what came of `act`, while the next few are at work.

    Whoever may break off before the end closes it (`closing`), which waits for what has begun.

    Args:
        act: runs in a thread of its own.
        items: what to do it with.
        go_on: says between two items whether more may begin. What has begun is yielded in any case:
            it may have changed something.
    """
    rest = iter(items)
    at_work: deque[tuple[Item, Future[Answer]]] = deque()
    with ThreadPoolExecutor(ABREAST, "abreast") as pool:
        while True:
            free = ABREAST - len(at_work) if go_on() else 0
            at_work.extend((item, pool.submit(act, item)) for item in islice(rest, free))
            if not at_work:
                return
            item, answer = at_work.popleft()
            wait([answer])
            yield item, answer
