"""Compare pairs of records: one level for each comparison, the same in every path."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from customer_hub.match.engine.column import Column, Ints
from customer_hub.match.engine.companies import CompanyNames
from customer_hub.match.engine.persons import PersonNames
from customer_hub.match.engine.plain import (
    compare_column,
    drop_public_domains,
    find_masked,
    find_shared,
    mark_masked,
    mark_shared,
)
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import MISSING, SCALES

_DOMAIN, _APART = (SCALES["mail"].number(level) for level in ("domain", "different"))
Patterns = NDArray[np.int8]
"""One row a pair, one column a comparison: the number of the level (`scales`)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What comparing needs to know beside the records.

    Attributes:
        nicknames: folded given name -> the name of its group (bob -> robert).
        shared: phones and mails that too many distinct names hold.
        public_domains: mail domains that anybody may use, as far as they are known.
    """

    nicknames: Mapping[str, str] = field(default_factory=dict)
    shared: Set[str] = frozenset()
    public_domains: Set[str] = frozenset()


class Comparer:
    """Compares pairs among some records; what it needs of their values is worked out once."""

    def __init__(self, records: Records, around: Surroundings) -> None:
        self.comparisons = records.comparisons
        self._records = records
        self._public_domains = around.public_domains
        self._shared = {
            name: find_shared(kind_of(name), records.columns[name], around.shared)
            for name in self.comparisons
            if kind_of(name) in ("phone", "mail")
        }
        self._masked = {
            name: find_masked(records.columns[name])
            for name in self.comparisons
            if kind_of(name) == "phone"
        }
        names = {"family", "given"} & set(self.comparisons)
        self._persons = PersonNames(records, around.nicknames) if names else None
        self._companies = (
            CompanyNames(records.columns["company"]) if "company" in self.comparisons else None
        )

    def compare(self, left: Ints, right: Ints) -> Patterns:
        """Return the levels of pairs of records, given by their numbers."""
        found = np.zeros((len(left), len(self.comparisons)), np.int8, order="F")
        if self._persons is not None:
            both = dict(zip(("family", "given"), self._persons.compare(left, right), strict=True))
        for place, name in enumerate(self.comparisons):
            kind, column = kind_of(name), self._records.columns[name]
            if kind in ("family", "given"):
                found[:, place] = both[kind]
            elif self._companies is not None and kind == "company":
                found[:, place] = self._companies.compare(left, right)
            else:
                levels = compare_column(kind, column, left, right)
                if kind == "phone":
                    mark_masked(column, left, right, levels, self._masked[name])
                if kind in ("phone", "mail"):
                    mark_shared(kind, column, left, right, levels, self._shared[name])
                if kind == "mail" and self._public_domains:
                    drop_public_domains(column, left, right, levels, self._public_domains)
                if kind == "mail" and self._companies is not None:
                    # Branches write from the domain of their house, whichever branch it is.
                    domain = np.flatnonzero(levels == _DOMAIN)
                    of_branch = self._companies.find_branches(left[domain], right[domain])
                    levels[domain[of_branch]] = _APART
                found[:, place] = levels
        if self._records.generations is not None and {"given", "birth"} <= set(self.comparisons):
            self._part_generations(self._records.generations, left, right, found)
        return found

    def _part_generations(
        self, generations: Column, left: Ints, right: Ints, found: Patterns
    ) -> None:
        """Take apart Robert Miller and Robert Miller Jr. if their birth dates differ."""
        given, birth = (self.comparisons.index(name) for name in ("given", "birth"))
        is_one = (generations.codes[left] >= 0) != (generations.codes[right] >= 0)
        is_one &= found[:, birth] == SCALES["birth"].number("different")
        found[is_one & (found[:, given] != MISSING), given] = SCALES["given"].number("different")
