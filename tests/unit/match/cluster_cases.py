"""What the tests of clustering share: guards, and a witness who knows what each pair says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from customer_hub.match.cluster import Ends, Guards
from customer_hub.match.engine.column import Ints, Mask

GUARDS = Guards(size=5, hub_names=3, cohesion_from=4, cohesion_percent=50, complete=50)
TIGHT = Guards(size=3, hub_names=3, cohesion_from=3, cohesion_percent=70, complete=50)
OPEN = Guards(size=50, hub_names=50, cohesion_from=50, cohesion_percent=0, complete=50)


@dataclass(frozen=True)
class Witness:
    """Pairs that no key proposed say ``other``, if nothing else is told of them."""

    scores: Mapping[Ends, int] = field(default_factory=dict)
    other: int = 0
    hubs: Sequence[str] = ()
    vague: str = ""

    def weigh(self, pairs: Sequence[Ends]) -> Ints:
        return np.array([self.scores.get(pair, self.other) for pair in pairs], np.int64)

    def find_vague(self, records: Sequence[str]) -> Mask:
        return np.array([each in self.vague for each in records], np.bool_)

    def has_hub_value(self, members: Sequence[str]) -> bool:
        return "".join(members) in self.hubs
