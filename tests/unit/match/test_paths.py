"""The strongest path: against a model that tries every way."""

from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.match.paths import Link, find_strongest_path

_links = st.lists(
    st.builds(
        lambda ends, strength: Link(*sorted(ends), strength),
        st.lists(st.sampled_from("abcde"), min_size=2, max_size=2, unique=True),
        st.one_of(st.none(), st.integers(1, 5)),
    ),
    max_size=10,
)


def weigh(link: Link) -> float:
    return float("inf") if link.strength is None else link.strength


def try_all(links: list[Link]) -> list[tuple[float, int]]:
    """Return weakest step and length of every way from a to e; parallel links at their strongest."""
    best: dict[tuple[str, str], float] = {}
    for link in links:
        ends = (link.left, link.right)
        best[ends] = max(best.get(ends, 0), weigh(link))
    found = []
    for count in range(4):
        for between in permutations("bcd", count):
            way = ["a", *between, "e"]
            steps = [best.get(tuple(sorted(ends))) for ends in pairwise(way)]  # type: ignore[call-overload]
            if all(steps):
                found.append((min(steps), -len(steps)))
    return found


def test_a_decision_is_stronger_than_any_score() -> None:
    links = [Link("a", "e", 9), Link("a", "b", None), Link("b", "e", None)]
    assert find_strongest_path(links, "a", "e") == links[1:]


@settings(max_examples=200)
@given(_links, st.randoms())
def test_no_way_has_a_stronger_weakest_step_or_is_as_strong_and_shorter(links, rng) -> None:  # type: ignore[no-untyped-def]
    path = find_strongest_path(links, "a", "e")
    ways = try_all(links)
    assert bool(path) == bool(ways)
    if path:
        assert (min(map(weigh, path)), -len(path)) == max(ways)
    shuffled = links[:]
    rng.shuffle(shuffled)
    assert find_strongest_path(shuffled, "a", "e") == path
