"""Candidate pairs: what shares a key that is not generic, and nothing else."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.match.engine.blocking import BlockingLimits, propose_pairs
from customer_hub.match.engine.column import Column
from customer_hub.match.engine.keys import Key, make_keys, name_numbers
from customer_hub.match.engine.records import Records

LIMITS = BlockingLimits(cap=4, broad_cap=3, distinct_names=2, broad_names=1)


def key(kind: str, values: list[int]) -> Key:
    held = [(record, value) for record, value in enumerate(values) if value >= 0]
    records, numbers = zip(*held, strict=True) if held else ((), ())
    return Key(kind, np.array(records, np.int64), np.array(numbers, np.int64))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4), st.integers(-1, 3)), max_size=14))
def test_pairs_are_those_of_a_brute_force(rows: list[tuple[int, int, int]]) -> None:
    keys = [key("phone", [row[0] for row in rows]), key("address", [row[1] for row in rows])]
    names = np.array([row[2] for row in rows], np.int64)
    found = propose_pairs(keys, names, len(rows), LIMITS)
    expected: dict[tuple[int, int], int] = {}
    for bit, (column, cap, most) in enumerate(((0, 4, 2), (1, 3, 1))):
        for value in range(5):
            holders = [at for at, row in enumerate(rows) if row[column] == value]
            distinct = {rows[at][2] for at in holders} - {-1}
            if len(holders) > cap or len(distinct) > most:
                continue
            for pair in combinations(holders, 2):
                expected[pair] = expected.get(pair, 0) | 1 << bit
    pairs = zip(found.left.tolist(), found.right.tolist(), strict=True)
    assert dict(zip(pairs, found.proposed_by.tolist(), strict=True)) == expected


def test_a_dropped_value_is_reported() -> None:
    found = propose_pairs([key("phone", [7] * 5 + [8, 8])], np.full(7, -1), 7, LIMITS)
    report = found.reports[0]
    assert (report.used, report.dropped, report.dropped_records, report.pairs) == (1, 1, 5, 1)


def test_a_record_with_two_phones_meets_both_holders() -> None:
    phones = Column.of_lists([("+8613900000001", "+8613900000002"), ("+8613900000001",),
                              ("+8613900000002",)])  # fmt: skip
    records = Records(3, {"phone": phones})
    found = propose_pairs(make_keys(records), name_numbers(records), 3, LIMITS)
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert {(0, 1), (0, 2)} <= pairs


def test_swapped_names_have_one_key() -> None:
    records = Records(
        2,
        {
            "family": Column.of_values(["smith", "anna"]),
            "given": Column.of_values(["anna", "smith"]),
        },
    )
    found = propose_pairs(make_keys(records), name_numbers(records), 2, LIMITS)
    assert (found.left.tolist(), found.right.tolist()) == ([0], [1])
    assert name_numbers(records)[0] == name_numbers(records)[1]
