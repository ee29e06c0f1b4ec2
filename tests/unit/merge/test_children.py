"""Children of a golden record: united, without doubles, masked phones left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.merge.children import (
    Address,
    Point,
    classify,
    unite_addresses,
    unite_points,
    unite_tags,
)
from customer_hub.merge.survive import Cell
from tests.seeds import PURE, law
from tests.unit.merge.builders import candidate

CRM = candidate("crm/1", 1, trust=80)
SHOP = candidate("shop/1", 2, trust=60)


def point(owner: str, value: str, kind: str = "mobile", **options: bool) -> Point:
    return Point(
        kind, {"value": value}, value.encode(), owner, **{"is_preferred": False, **options}
    )


def test_one_number_of_two_records_is_one_point_of_the_more_trusted() -> None:
    found = unite_points([CRM, SHOP], [point("shop/1", "1"), point("crm/1", "1", "phone")], set())
    assert [(each.value["value"], each.source_key) for each in found] == [("1", "crm/1")]


def test_a_masked_phone_never_wins_even_alone() -> None:
    assert unite_points([CRM], [point("crm/1", "138****2345", is_masked=True)], set()) == []


def test_one_point_of_each_type_is_preferred_and_a_generic_one_last() -> None:
    points = [
        point("crm/1", "reception", is_preferred=True),
        point("shop/1", "own"),
        point("shop/1", "a@b.example", "mail"),
    ]
    found = unite_points([CRM, SHOP], points, {("crm/1", b"reception")})
    assert [(each.value["value"], each.is_preferred, each.is_generic) for each in found] == [
        ("own", True, False), ("reception", False, True), ("a@b.example", True, False),
    ]  # fmt: skip


def test_children_of_deleted_records_go_unless_all_are_deleted() -> None:
    gone = candidate("crm/1", is_deleted=True)
    points = [point("crm/1", "1"), point("shop/1", "2")]
    assert [each.source_key for each in unite_points([gone, SHOP], points, set())] == ["shop/1"]
    assert [each.source_key for each in unite_points([gone], points, set())] == ["crm/1"]
    assert unite_tags([gone, SHOP], {"crm/1": ["a"], "shop/1": ["b"]}) == ["b"]


def test_a_clear_silences_what_counts_for_less_and_no_more() -> None:
    manual = candidate("manual/1", 3, trust=70, cleared=frozenset({"mobile", "tag", "address"}))
    points = [
        point("crm/1", "1"),
        point("shop/1", "2"),
        point("manual/1", "3"),
        point("shop/1", "4", "phone"),
    ]
    found = unite_points([SHOP, manual, CRM], points, set())
    assert [each.source_key for each in found] == ["crm/1", "manual/1", "shop/1"]
    assert [each.type for each in found] == ["mobile", "mobile", "phone"]
    tags = {"crm/1": ["a"], "shop/1": ["b"], "manual/1": ["c"]}
    assert unite_tags([SHOP, manual, CRM], tags) == ["a", "c"]
    rows = [Address("billing", "CN", None, {}, key.encode(), key) for key in tags]
    assert [each.source_key for each in unite_addresses([SHOP, manual, CRM], rows)] == [
        "crm/1", "manual/1",
    ]  # fmt: skip
    gone = candidate("manual/1", 3, trust=70, is_deleted=True, cleared=manual.cleared)
    assert unite_tags([SHOP, gone], tags) == ["b"]


def test_addresses_by_type_and_trust_without_doubles() -> None:
    def address(owner: str, kind: str, street: str) -> Address:
        return Address(kind, "CN", "440305", {"street": street}, street.encode(), owner)

    rows = [
        address("shop/1", "shipping", "a"), address("shop/1", "billing", "b"),
        address("crm/1", "billing", "a"), address("shop/1", "billing", "a"),
    ]  # fmt: skip
    found = unite_addresses([CRM, SHOP], rows)
    assert [(each.type, each.value["street"], each.source_key) for each in found] == [
        ("billing", "a", "crm/1"), ("billing", "b", "shop/1"), ("shipping", "a", "shop/1"),
    ]  # fmt: skip


def place(owner: str, street: str | None, region: str | None, ordinal: int = 0) -> Address:
    value = {"street": street} if street else {"raw": "somewhere"}
    digest = f"{owner}{street}{region}".encode()
    return Address(
        "billing", "CN" if region else None, region, value, digest, owner, False, ordinal
    )


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (("科苑路8号", "440305"), ("科苑路 八号", "440300"), True),
        (("科苑路8号", "440305"), ("科苑路8号", None), True),
        (("人民路1号", "440305"), ("人民路1号", "440306"), False),
        (("科苑路8号", "440305"), ("科苑路8号3楼", "440305"), False),
        (("科苑路1-23号", "440305"), ("科苑路123号", "440305"), False),
        (("12 Main Street", None), ("12 main st.", None), True),
        ((None, "440305"), (None, "440306"), False),
    ],
)
def test_an_address_written_in_two_ways_is_one_as_the_best_record_writes_it(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None], *, is_one: bool
) -> None:
    rows = [place("shop/1", *other), place("crm/1", *one)]
    for order in (rows, rows[::-1]):
        found = unite_addresses([SHOP, CRM], order)
        assert [each.source_key for each in found] == ["crm/1", "shop/1"][: 1 if is_one else 2]
        assert [each.is_preferred for each in found] == [True, False][: len(found)]


@law(PURE)
@given(
    st.lists(
        st.builds(
            place,
            st.sampled_from(["crm/1", "shop/1"]),
            st.sampled_from(["科苑路8号", "科苑路八号", "人民路1号", None]),
            st.sampled_from(["440305", "440300", "440306", None]),
            st.integers(0, 9),
        ),
        max_size=6,
        unique_by=lambda each: (each.source_key, each.ordinal),
    ),
    st.randoms(),
)
def test_the_order_of_addresses_does_not_matter(rows, rng) -> None:  # type: ignore[no-untyped-def]
    expected = unite_addresses([CRM, SHOP], rows)
    shuffled = list(rows)
    rng.shuffle(shuffled)
    assert unite_addresses([SHOP, CRM], shuffled) == expected


def test_classification_names_the_record_that_said_so() -> None:
    cells = {"level_code": Cell("A", "crm/1", 1, "only"), "kind": Cell("person", "x", 1, "only")}
    assert classify(cells) == [("level", "A", "crm/1")]
    assert classify({"level_code": Cell(None, "crm/1", 1, "only")}) == []


_points = st.lists(
    st.builds(
        lambda owner, value, kind, preferred: point(owner, value, kind, is_preferred=preferred),
        st.sampled_from(["crm/1", "shop/1"]),
        st.sampled_from("123"),
        st.sampled_from(["mobile", "phone", "mail"]),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda each: (each.source_key, each.type, each.digest),
)


@given(_points, st.randoms())
def test_the_order_of_points_does_not_matter(points, rng) -> None:  # type: ignore[no-untyped-def]
    expected = unite_points([CRM, SHOP], points, set())
    shuffled = list(points)
    rng.shuffle(shuffled)
    assert unite_points([SHOP, CRM], shuffled, set()) == expected
