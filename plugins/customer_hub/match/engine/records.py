"""What the engine sees of records: one column per comparison, and the order of their keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from customer_hub.match.engine.column import Column, Ints, Mask
from customer_hub.match.engine.scales import SCALES


@dataclass(frozen=True)
class Records:
    """Records in the ascending order of their keys: their numbers break ties as the keys would.

    Attributes:
        size: how many.
        columns: comparison -> column. Comparisons are named by their kind (`scales.SCALES`), with
            ``kind:name`` where a file has several of a kind (``category:gender``). Persons and
            organisations never meet: where there are both, what organisations have beside their
            name stands in columns of their own, ``phone@organisation``. What the values look like:
            ``family``, ``given`` folded words, Chinese ones simplified; ``company`` a normalised
            name; ``phone`` E.164 or digits, stars where digits are hidden; ``mail`` lower case;
            ``identity`` ``type:number`` with ``!`` before it where a check digit proves it;
            ``birth`` YYYY-MM-DD; ``address`` folded words of road and number; ``region`` a code of
            six digits; the rest folded words.
        generations: Jr, Sr, II .. of persons, where there are any.
    """

    size: int
    columns: Mapping[str, Column]
    generations: Column | None = None

    @cached_property
    def comparisons(self) -> tuple[str, ...]:
        """The comparisons that these records allow, in the order of their kinds."""
        order = list(SCALES)
        return tuple(
            sorted(
                (name for name, column in self.columns.items() if not column.is_empty),
                key=lambda name: (order.index(kind_of(name)), name),
            )
        )

    def take(self, records: Ints) -> "Records":
        """Return some of the records; ``records`` ascends."""
        return Records(
            len(records),
            {name: column.take(records) for name, column in self.columns.items()},
            self.generations.take(records) if self.generations else None,
        )


def find_vague(records: Records) -> Mask:
    """Tell which records have half a name: it fits each member of a household.

    A family name alone (王先生), or one with a letter (A. Lang).
    """
    if "family" not in records.columns:
        return np.zeros(records.size, np.bool_)
    vague: Mask = records.columns["family"].codes >= 0
    if "given" in records.columns:
        given = records.columns["given"]
        is_half = np.array([*map(is_half_given, given.texts), True], np.bool_)
        vague = vague & is_half[given.codes]
    return vague


def is_half_given(name: str) -> bool:
    """Tell whether a given name is none, or a letter of one."""
    return len(name) < 2 and name.isascii()


@cache
def kind_of(comparison: str) -> str:
    """Return the kind of a comparison: ``category`` of ``category:gender@organisation``."""
    return comparison.split("@", 1)[0].split(":", 1)[0]
