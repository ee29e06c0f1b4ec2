"""Pins, decaying trust and aggregates: what outranks, weakens and puts together (laws 6 and 9)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.merge.rules import FieldRule
from customer_hub.merge.survive import (
    Candidate,
    Cell,
    Pin,
    choose_cell,
    choose_cells,
    living,
    put_together,
)
from tests.seeds import PURE, law
from tests.unit.merge.builders import candidate
from tests.unit.merge.test_survive import RULES, members

LIMIT = "finance.credit_limit_amount"


def rule(*criteria: str, **options: Any) -> FieldRule:
    return FieldRule(criteria=criteria, **options)  # type: ignore[arg-type]


def cell(name: str, how: FieldRule, *asked: Candidate) -> Cell:
    found = choose_cell(name, how, asked)
    assert found is not None
    return found


def money(key: str, amount: str, currency: str | None = "CNY", **options: Any) -> Candidate:
    known = {"finance__credit_limit_amount": amount} if amount else {}
    return candidate(key, **known, **({"currency_code": currency} if currency else {}), **options)


def test_trust_halves_behind_the_newest_record_of_the_cluster() -> None:
    old, new = candidate("crm/1", trust=80, f="x"), candidate("shop/1", 20, trust=50, f="y")
    assert cell("f", rule("trust"), old, new).value == "x"
    decaying = rule("trust", half_life_days=20)
    assert cell("f", decaying, old, new).value == "y"
    assert cell("f", rule("trust", half_life_days=200), old, new).value == "x"
    # By how much two records differ, a third one changes nothing, however new it is.
    for day in (0, 10, 500):
        later = candidate("pos/1", day, trust=1)
        cells = choose_cells([old, new, later], {"f": decaying})
        assert cells["f"].value == "y"


def test_warnings_cost_trust_where_the_policy_says_so() -> None:
    warned = candidate("crm/1", trust=80, f="x", is_downgraded=True)
    clean = candidate("shop/1", trust=60, f="y")
    assert cell("f", rule("trust"), warned, clean).value == "x"
    decided = cell("f", rule("trust", warned_percent=50), warned, clean)
    assert (decided.value, decided.rule, decided.losers) == ("y", "trust", (("crm/1", "trust"),))
    assert cell("f", rule("trust", warned_percent=50), warned).value == "x"


@pytest.mark.parametrize(("how", "value"), [("sum", "350.50"), ("max", "200.00"), ("min", "50.50")])
def test_amounts_of_one_currency_are_put_together(how: str, value: str) -> None:
    asked = [
        money("crm/1", "100.00", trust=80), money("shop/1", "200.00", trust=60),
        money("pos/1", "50.50", trust=70), money("pos/2", "900.00", "USD", trust=90, is_deleted=True),
        money("shop/2", "7.00", "USD"), money("shop/3", "7.00", None),
    ]  # fmt: skip
    cells = choose_cells(asked, {LIMIT: rule("trust", aggregate=how)})
    found = cells[LIMIT]
    assert (found.value, found.rule) == (value, how)
    assert (found.source_key, found.inputs) == ("crm/1", ("pos/1", "shop/1"))
    assert found.losers == (("shop/2", "currency"), ("shop/3", "currency"))


def test_texts_are_united_in_the_order_of_the_criteria_and_once() -> None:
    texts = [candidate(f"a/{n}", n, f=text) for n, text in enumerate(["call", "vip", "call"])]
    found = cell("f", rule("recency", aggregate="union"), *texts)
    assert (found.value, found.source_key, found.inputs) == ("call\nvip", "a/2", ("a/1", "a/0"))
    assert cell("f", rule("recency", aggregate="union"), texts[0]).rule == "only"


def test_a_clear_silences_what_an_aggregate_would_take_behind_it() -> None:
    clearing = candidate("pos/1", trust=70, cleared=frozenset({LIMIT}), currency_code="CNY")
    asked = [money("crm/1", "100", trust=80), clearing, money("shop/1", "200", trust=60)]
    found = cell(LIMIT, rule("trust", aggregate="sum"), *asked)
    assert (found.value, found.inputs) == ("100", ())
    assert found.losers == (("pos/1", "cleared"), ("shop/1", "cleared"))
    assert cell(LIMIT, rule("trust", aggregate="sum"), *asked[1:]).value is None


def test_a_pin_outranks_every_criterion_and_names_its_decision() -> None:
    asked = [candidate("crm/1", trust=99, f="x"), candidate("shop/1", f="y")]
    pin = Pin(7, "shop/1", "f", {"f": "z"})
    found = choose_cells(asked, {"f": rule("trust")}, [pin])["f"]
    assert (found.value, found.rule, found.decision_id) == ("z", "pin", 7)
    assert (found.source_key, found.version_id) == ("shop/1", asked[1].version_id)
    assert found.losers == (("crm/1", "pin"), ("shop/1", "pin"))
    agreeing = choose_cells(asked, {"f": rule("trust")}, [Pin(7, "shop/1", "f", {"f": "x"})])
    assert agreeing["f"].losers == (("shop/1", "pin"),)


def test_a_pin_may_empty_a_field_and_fill_one_that_nobody_has() -> None:
    asked = [candidate("crm/1", f="x")]
    rules = {"f": rule("trust"), "g": rule("trust")}
    found = choose_cells(asked, rules, [Pin(1, "crm/1", "f"), Pin(2, "crm/1", "g", {"g": "new"})])
    assert (found["f"].value, found["f"].losers) == (None, (("crm/1", "pin"),))
    assert (found["g"].value, found["g"].losers) == ("new", ())


def test_what_follows_a_pinned_field_comes_from_the_pin_or_from_its_own() -> None:
    rules = {"n": rule("trust"), "p": FieldRule(follows="n")}
    asked = [candidate("a/1", n="x", p="ex")]
    pin = Pin(3, "a/1", "n", {"n": "y", "p": "why"})
    found = choose_cells(asked, rules, [pin])["p"]
    assert (found.value, found.rule, found.decision_id) == ("why", "follows", 3)
    assert "p" not in choose_cells(asked, rules, [Pin(3, "a/1", "n", {"n": "y"})])
    own = Pin(4, "a/1", "p", {"p": "ypsilon"})
    assert choose_cells(asked, rules, [pin, own])["p"].value == "ypsilon"


def test_the_later_of_two_pins_wins_and_a_deleted_record_keeps_its_pin() -> None:
    asked = [candidate("a/1", f="x"), candidate("b/1", f="y", is_deleted=True)]
    pins = [Pin(9, "b/1", "f", {"f": "late"}), Pin(2, "a/1", "f", {"f": "early"})]
    found = choose_cells(asked, {"f": rule("trust")}, pins)["f"]
    assert (found.value, found.decision_id) == ("late", 9)
    assert found.losers == (("a/1", "later_pin"), ("a/1", "pin"))


_FIELDS = ("level_code", "legal_name", "identity.birth_on", "status")
_pins = st.lists(
    st.tuples(st.sampled_from(_FIELDS), st.sampled_from(["", "A", "B"]), st.integers(0, 5)),
    max_size=4,
)


def make_pins(asked: list[Candidate], drawn: list[tuple[str, str, int]]) -> list[Pin]:
    return [
        Pin(n, asked[place % len(asked)].source_key, name, {name: value} if value else {})
        for n, (name, value, place) in enumerate(drawn, 1)
    ]


@law(PURE)
@given(members, _pins, st.randoms())
def test_the_order_of_members_and_pins_does_not_matter(asked, drawn, rng) -> None:  # type: ignore[no-untyped-def]
    pins = make_pins(asked, drawn)
    expected = choose_cells(asked, RULES, pins)
    shuffled, others = list(asked), list(pins)
    rng.shuffle(shuffled)
    rng.shuffle(others)
    assert choose_cells(shuffled, RULES, others) == expected


@law(PURE)
@given(members, _pins)
def test_a_pin_decides_its_field_and_nothing_else(asked, drawn) -> None:  # type: ignore[no-untyped-def]
    pins = make_pins(asked, drawn)
    free, pinned = choose_cells(asked, RULES), choose_cells(asked, RULES, pins)
    latest = {pin.name: pin for pin in pins}
    touched = {*latest, *(name for name, each in RULES.items() if each.follows in latest)}
    assert {k: v for k, v in pinned.items() if k not in touched} == {
        k: v for k, v in free.items() if k not in touched
    }
    for name, pin in latest.items():
        found = pinned[name]
        assert (found.value, found.decision_id) == (pin.values.get(name), pin.decision_id)
        lost = {key for key, why in found.losers if why == "pin"}
        assert lost == {
            each.source_key
            for each in living(asked)
            if each.has_opinion(name) and each.values.get(name) != found.value
        }


_amounts = st.lists(
    st.builds(
        lambda n, amount, currency, trust, day, clears: money(
            f"a/{n}", "" if clears else amount, currency, trust=trust, day=day,
            cleared=frozenset({LIMIT}) if clears else frozenset(),
        ),
        st.integers(0, 20), st.sampled_from(["1", "2.50", "2.5000"]), st.sampled_from(["CNY", "USD"]),
        st.sampled_from([1, 2]), st.integers(0, 2), st.booleans(),
    ),
    min_size=1, max_size=6, unique_by=lambda each: each.source_key,
)  # fmt: skip


@law(PURE)
@given(_amounts, st.sampled_from(["sum", "max", "min"]), st.randoms())
def test_an_aggregate_is_what_its_inputs_give_in_any_order(asked, how, rng) -> None:  # type: ignore[no-untyped-def]
    rules = {LIMIT: rule("trust", "recency", aggregate=how)}
    found = choose_cells(asked, rules)[LIMIT]
    shuffled = list(asked)
    rng.shuffle(shuffled)
    assert choose_cells(shuffled, rules)[LIMIT] == found
    by_key = {each.source_key: each for each in asked}
    inputs = [found.source_key, *found.inputs]
    named = [*inputs, *(key for key, _ in found.losers)]
    assert len(set(named)) == len(named)
    if found.value is None:
        assert LIMIT in by_key[found.source_key].cleared
    else:
        assert set(named) == set(by_key), "each record with an opinion gives or loses"
        assert put_together(how, [by_key[key].values[LIMIT] for key in inputs]) == found.value


@law(PURE)
@given(members, st.sampled_from(sorted(RULES)))
def test_a_record_without_an_opinion_on_a_field_does_not_change_it(asked, name) -> None:  # type: ignore[no-untyped-def]
    alone = choose_cells(asked, RULES).get(name)
    # As old as the oldest: what decays, decays against the newest record.
    silent = candidate("zzz/1", -1, trust=100, is_deleted=all(e.is_deleted for e in asked))
    if alone is not None and alone.rule != "default":
        assert choose_cells([*asked, silent], RULES)[name] == alone
    assert (choose_cells([*asked, silent], RULES).get(name) is None) == (alone is None)
