"""The strongest way through a cluster: the one whose weakest step is as strong as can be. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Two records that hang together, ``left`` < ``right``; a strength of None is a decision."""

    left: str
    right: str
    strength: int | None


def find_strongest_path(links: Iterable[Link], start: str, end: str) -> list[Link]:
    """Return the steps from `start` to `end`; empty if nothing joins them.

    Among all ways the weakest step decides, then the number of steps, then the source keys: links
    are added strongest first until the two meet, and the shortest way over these is taken.
    """
    ordered = sorted(links, key=lambda link: (-_strength(link), link.left, link.right))
    near: dict[str, dict[str, Link]] = defaultdict(dict)
    place = 0
    while place < len(ordered):
        weakest = _strength(ordered[place])
        while place < len(ordered) and _strength(ordered[place]) == weakest:
            link = ordered[place]
            near[link.left].setdefault(link.right, link)
            near[link.right].setdefault(link.left, link)
            place += 1
        found = _find_shortest(near, start, end)
        if found:
            return found
    return []


def _find_shortest(near: dict[str, dict[str, Link]], start: str, end: str) -> list[Link]:
    came: dict[str, Link] = {}
    seen, queue = {start}, deque([start])
    while queue:
        key = queue.popleft()
        if key == end:
            return _walk_back(came, start, end)
        for other in sorted(near[key].keys() - seen):
            seen.add(other)
            came[other] = near[key][other]
            queue.append(other)
    return []


def _walk_back(came: dict[str, Link], start: str, end: str) -> list[Link]:
    steps: list[Link] = []
    while end != start:
        link = came[end]
        steps.append(link)
        end = link.left if link.right == end else link.right
    return steps[::-1]


def _strength(link: Link) -> float:
    return float("inf") if link.strength is None else link.strength
