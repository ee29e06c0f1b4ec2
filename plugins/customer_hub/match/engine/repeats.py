"""Rows that say exactly the same: compared once, however often they stand in a file."""

import numpy as np
from numpy.typing import NDArray

from customer_hub.match.engine.column import Column, Ints
from customer_hub.match.engine.records import Records

_MIX = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio in 64 bits: spreads small numbers


def find_first(records: Records) -> Ints:
    """Return for each record the first one that has the same values in every column."""
    columns = [*records.columns.values(), *([records.generations] if records.generations else [])]
    digests = [_digest(column) for column in columns]
    mixed = np.zeros(records.size, np.uint64)
    for digest in digests:
        mixed = _spread(mixed) ^ digest  # spread before: a digest that is spread cancels none
    mixed = _spread(mixed)
    # Most rows stand alone: only those whose mix may be another's as well are looked at.
    room = records.size.bit_length() + 2
    bins = (mixed >> np.uint64(64 - room)).astype(np.int64)
    places = np.flatnonzero((np.bincount(bins, minlength=1) > 1)[bins])
    _, first, numbers = np.unique(mixed[places], return_index=True, return_inverse=True)
    leader = places[first[numbers]]
    # Two different rows may fall together in the mix, if ever so rarely: then they stay apart.
    alike = np.ones(len(places), np.bool_)
    for digest in digests:
        alike &= digest[places] == digest[leader]
    found = np.arange(records.size)
    found[places[alike]] = leader[alike]
    return found


def _digest(column: Column) -> NDArray[np.uint64]:
    """Return a number for what each record has in a column; 0 for nothing."""
    if column.owners is None:
        return (column.codes.astype(np.int64) + 1).astype(np.uint64)
    found = np.zeros(column.size, np.uint64)
    # A sum does not depend on the order of the values; each is spread first.
    np.add.at(found, column.owners, _spread(column.codes.astype(np.uint64) + np.uint64(1)))
    return found


def _spread(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (numbers + np.uint64(1)) * _MIX
    return mixed ^ (mixed >> np.uint64(29))
