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


def test_frequent_parts_that_meet_by_chance_propose_no_pairs() -> None:
    # 400 records: names and towns that a fifth and a quarter of them hold meet again and again.
    size = 400
    common = [(f"name {at % 5}", f"town {at // 5 % 4}") for at in range(size - 4)]
    rare = [("rarely", "town 0")] * 2 + [("seldom", "hamlet")] * 2
    families, cities = zip(*common, *rare, strict=True)
    records = Records(
        size, {"family": Column.of_values(families), "city": Column.of_values(cities)}
    )
    limits = BlockingLimits(cap=50, broad_cap=50, distinct_names=2, broad_names=1)
    found = propose_pairs(make_keys(records), name_numbers(records), size, limits)
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == [(size - 4, size - 3), (size - 2, size - 1)]
    assert [(each.kind, each.used, each.dropped) for each in found.reports] == [
        ("family_city", 2, 20)
    ]


def test_a_key_of_three_parts_tells_its_values_apart() -> None:
    columns = {
        "family": ["smith", "smith", "smith", "smart"],
        "given": ["anna", "anne", "anna", "anna"],
        "birth": ["1970-01-01", "1970-12-31", "1971-01-01", "1970-05-05"],
    }
    records = Records(4, {name: Column.of_values(values) for name, values in columns.items()})
    keys = {each.kind: each for each in make_keys(records)}
    held = dict(zip(keys["starts_year"].records.tolist(), keys["starts_year"].values, strict=True))
    assert held[0] == held[1]
    assert len({held[0], held[2], held[3]}) == 3


def test_a_company_is_looked_up_by_its_former_names_too() -> None:
    names = [
        "远山技术有限公司(曾用名:北山科技有限公司)",
        "北山科技有限公司",
        "远山技术有限公司",
        None,
    ]
    records = Records(4, {"company": Column.of_values(names)})
    assert list_pairs(records) == {(0, 1), (0, 2)}
    latin = ["Zephbrook Works (formerly Contoso Dairy)", "Contoso Holdings", "Zephbrook Hotels"]
    assert list_pairs(Records(3, {"company": Column.of_values(latin)})) == {(0, 1), (0, 2)}


def list_pairs(records: Records) -> set[tuple[int, int]]:
    limits = BlockingLimits(100, 20, 30)
    found = propose_pairs(make_keys(records), name_numbers(records), records.size, limits)
    return set(zip(found.left.tolist(), found.right.tolist(), strict=True))


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(38)))
def test_what_chance_makes_does_not_depend_on_the_order_of_the_records(order: list[int]) -> None:
    people = [("james", "thomas"), ("thomas", "james")]
    people += [("james", f"given {at}") for at in range(18)]
    people += [(f"family {at}", "thomas") for at in range(18)]
    families, givens = zip(*(people[at] for at in order), strict=True)
    columns = {"family": Column.of_values(families), "given": Column.of_values(givens)}
    pair = tuple(sorted((order.index(0), order.index(1))))
    straight = {"family": Column.of_values([each[0] for each in people]),
                "given": Column.of_values([each[1] for each in people])}  # fmt: skip
    assert (pair in list_pairs(Records(38, columns))) == (
        (0, 1) in list_pairs(Records(38, straight))
    )


def test_a_part_is_held_once_by_a_record_with_two_phones() -> None:
    phones = [("+8613900001234", "+867551231234")] * 2 + [("+8613900005678",), ("+8613900009876",)]
    columns = {
        "family": Column.of_values(["li", "li", "wang", "zhao"]),
        "phone": Column.of_lists(phones),
    }
    keys = {key.kind: key for key in make_keys(Records(4, columns))}
    parts = keys["family_phone_end"].parts
    assert parts is not None
    assert parts[0].max() == parts[1].max() == 2


def test_values_beyond_the_room_of_one_number_are_sorted_as_well() -> None:
    held = [(5, 1 << 61), (2, 1 << 61), (2, 1 << 61), (3, 7), (2, 7)]
    records, values = (np.array(each, np.int64) for each in zip(*held, strict=True))
    found = propose_pairs([Key("phone", records, values)], np.full(6, -1), 6, LIMITS)
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == {(2, 5), (2, 3)}
