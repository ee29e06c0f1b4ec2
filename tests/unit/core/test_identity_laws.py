"""Law 8 on a hub in memory, whatever matching makes of the records: ids last, and all resolve."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from customer_hub.core.identity import age_key, golden_id
from tests.seeds import PURE, law

RECORDS = "abcdef"
CHANNELS = ("crm", "pos")
_START = datetime(2026, 1, 1, tzinfo=UTC)
Claim = tuple[str, int | None]


@dataclass
class Hub:
    """Records with the oldest creation that was ever claimed, clusters, and ids that were published."""

    claimed: dict[str, datetime | None] = field(default_factory=dict)
    cluster_of: dict[str, frozenset[str]] = field(default_factory=dict)
    published: dict[UUID, str] = field(default_factory=dict)

    def claim(self, record: str, day: int | None) -> None:
        """Let a version claim when the record was created."""
        told = None if day is None else _START + timedelta(days=day)
        known = self.claimed.get(record)
        self.claimed[record] = min(filter(None, (told, known)), default=None)

    def cluster(self, places: dict[str, int]) -> None:
        """Put all records into clusters, whatever they were in before, and publish."""
        groups: dict[int, set[str]] = {}
        for record in self.claimed:
            groups.setdefault(places.get(record, -ord(record)), set()).add(record)
        self.cluster_of = {
            record: frozenset(group) for group in groups.values() for record in group
        }
        self.published |= {self.identify(each): self.oldest(each) for each in self.clusters()}

    def clusters(self) -> set[frozenset[str]]:
        return set(self.cluster_of.values())

    def oldest(self, cluster: frozenset[str]) -> str:
        return min(cluster, key=lambda record: age_key(self.claimed[record], *_name(record)))

    def identify(self, cluster: frozenset[str]) -> UUID:
        return golden_id("/customer/".join(_name(self.oldest(cluster))))


def _name(record: str) -> tuple[str, str]:
    return CHANNELS[ord(record) % 2], record


_claims = st.lists(
    st.tuples(st.sampled_from(RECORDS), st.none() | st.integers(0, 3)), min_size=1, max_size=4
)
_places = st.dictionaries(st.sampled_from(RECORDS), st.integers(0, 2))
_steps = st.lists(st.tuples(_claims, _places), min_size=1, max_size=5)


def play(steps: list[tuple[list[Claim], dict[str, int]]]) -> Hub:
    hub = Hub()
    for claims, places in steps:
        for record, day in claims:
            hub.claim(record, day)
        hub.cluster(places)
    return hub


@law(PURE)
@given(_steps)
def test_every_id_ever_published_leads_to_the_one_who_holds_its_record(steps) -> None:  # type: ignore[no-untyped-def]
    hub = play(steps)
    standing = {hub.identify(each): each for each in hub.clusters()}
    assert len(standing) == len(hub.clusters()), "no two customers share an id"
    for identity, record in hub.published.items():
        holder = hub.cluster_of[record]
        assert standing[hub.identify(holder)] == holder
        assert identity in standing or identity == golden_id("/customer/".join(_name(record)))


@law(PURE)
@given(_steps, st.randoms())
def test_ids_do_not_depend_on_the_way_to_the_clusters(steps, random) -> None:  # type: ignore[no-untyped-def]
    hub, last = play(steps), steps[-1][1]
    claims = [claim for step, _ in steps for claim in step]
    random.shuffle(claims)
    assert play([([*claims, *claims], last)]).cluster_of == hub.cluster_of
    other = play([([*claims, *claims], last)])
    assert {other.identify(each) for each in other.clusters()} == {
        hub.identify(each) for each in hub.clusters()
    }


@law(PURE)
@given(_claims, _places, st.integers(0, 2), st.integers(0, 2))
def test_a_merge_keeps_the_older_id_and_a_split_gives_both_back(  # type: ignore[no-untyped-def]
    claims, places, one, other
) -> None:
    hub = play([(claims, places)])
    apart = {hub.identify(each): hub.oldest(each) for each in hub.clusters()}
    hub.cluster({record: one if place == other else place for record, place in places.items()})
    merged = {hub.identify(each): hub.oldest(each) for each in hub.clusters()}
    assert merged.items() <= apart.items()
    for gone in apart.keys() - merged.keys():
        holder = hub.oldest(hub.cluster_of[apart[gone]])
        assert _age(hub, holder) < _age(hub, apart[gone])
    hub.cluster(places)
    assert {hub.identify(each): hub.oldest(each) for each in hub.clusters()} == apart


def _age(hub: Hub, record: str) -> tuple[datetime, str, str]:
    return age_key(hub.claimed[record], *_name(record))
