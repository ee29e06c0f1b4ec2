"""Survivorship: who gives a cell, why, and that it is total and blind to order (law 6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.channels.policy import read_policy
from customer_hub.merge.rules import FieldRule, read_survivorship
from customer_hub.merge.survive import (
    MEASURES,
    Candidate,
    archive_cell,
    choose_cell,
    choose_cells,
    living,
)
from tests.seeds import PURE, law
from tests.unit.merge.builders import candidate

RULES = read_survivorship(read_policy()).customer


def rule(*criteria: str, **options: object) -> FieldRule:
    return FieldRule(criteria=criteria, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("criterion", "winner", "loser"),
    [
        ("trust", candidate("a/2", trust=80, f="x"), candidate("a/1", trust=60, f="y")),
        ("recency", candidate("a/2", 5, f="x"), candidate("a/1", 1, f="y")),
        ("longest", candidate("a/2", f="xx"), candidate("a/1", f="y")),
        ("completeness", candidate("a/2", f="x", g="z"), candidate("a/1", f="y")),
        ("validated", candidate("a/2", f="x"), candidate("a/1", f="y", is_downgraded=True)),
    ],
)
def test_each_criterion_decides(criterion: str, winner, loser) -> None:  # type: ignore[no-untyped-def]
    cell = choose_cell("f", rule(criterion), [loser, winner])
    assert cell is not None
    assert (cell.source_key, cell.rule) == (winner.source_key, criterion)
    assert cell.losers == ((loser.source_key, criterion),)


def test_frequency_counts_records_that_say_the_same() -> None:
    asked = [candidate("a/1", f="x"), candidate("a/2", f="y"), candidate("a/3", f="y")]
    cell = choose_cell("f", rule("frequency"), asked)
    assert cell is not None
    assert (cell.value, cell.source_key, cell.rule) == ("y", "a/2", "frequency")


def test_a_full_name_before_a_title_form_and_a_spelling() -> None:
    names = ["王先生", "Wang Jianguo", "王建国"]
    asked = [candidate(f"a/{n}", legal_name=name, kind="person") for n, name in enumerate(names)]
    cell = choose_cell("legal_name", rule("formal"), asked)
    assert cell is not None
    assert cell.value == "王建国"
    firms = [
        candidate("a/1", legal_name="泰盛贸易", kind="organisation"),
        candidate("a/2", legal_name="深圳泰盛贸易有限公司", kind="organisation"),
        candidate("a/0", legal_name="深圳泰盛贸易有限公司(曾用名:北山厂)", kind="organisation"),
    ]
    cell = choose_cell("legal_name", rule("formal"), firms)
    assert cell is not None
    assert cell.value == "深圳泰盛贸易有限公司"


def test_what_is_equal_goes_to_the_smaller_source_key() -> None:
    cell = choose_cell("f", rule("trust"), [candidate("b/1", f="y"), candidate("a/9", f="x")])
    assert cell is not None
    assert (cell.source_key, cell.rule) == ("a/9", "source_key")


def test_a_fields_own_trust_outranks_the_channels() -> None:
    asked = [candidate("crm/1", trust=10, f="x"), candidate("pos/1", trust=90, f="y")]
    cell = choose_cell("f", rule("trust", trust={"crm": 100}), asked)
    assert cell is not None
    assert cell.value == "x"


def test_null_is_no_opinion() -> None:
    newest = candidate("a/1", 9, trust=100)
    cell = choose_cell("f", rule("recency"), [newest, candidate("a/2", f="x")])
    assert cell is not None
    assert (cell.value, cell.rule, cell.losers) == ("x", "only", ())
    assert choose_cell("f", rule("recency"), [newest]) is None


def clearing(key: str, day: int = 0, **known: object) -> Candidate:
    return candidate(key, day, cleared=frozenset("f"), **known)


@pytest.mark.parametrize(
    ("criterion", "winner", "loser"),
    [
        ("trust", clearing("a/2", trust=80), candidate("a/1", trust=60, f="y")),
        ("trust", candidate("a/2", trust=80, f="y"), clearing("a/1", trust=60)),
        ("recency", clearing("a/2", 5), candidate("a/1", 1, f="y")),
        ("recency", candidate("a/2", 5, f="y"), clearing("a/1", 1)),
        ("validated", candidate("a/2", f="y"), clearing("a/1", is_downgraded=True)),
        ("longest", clearing("a/2"), candidate("a/1", f="y")),
        ("formal", clearing("a/2"), candidate("a/1", f="王建国")),
    ],
)
def test_a_clear_competes_as_a_value_does(criterion: str, winner, loser) -> None:  # type: ignore[no-untyped-def]
    for order in ([winner, loser], [loser, winner]):
        cell = choose_cell("f", rule(criterion), order)
        assert cell is not None
        assert (cell.value, cell.source_key) == (winner.values.get("f"), winner.source_key)
        assert (cell.rule, cell.losers) == (criterion, ((loser.source_key, criterion),))


def test_clears_that_agree_are_counted_as_values_are() -> None:
    asked = [clearing("a/1"), clearing("a/2"), candidate("a/3", f="y")]
    cell = choose_cell("f", rule("frequency"), asked)
    assert cell is not None
    assert (cell.value, cell.losers) == (None, (("a/3", "frequency"),))
    alone = choose_cell("f", rule("trust"), asked[:1])
    assert alone is not None
    assert (alone.value, alone.rule) == (None, "only")


def test_nothing_follows_a_clear() -> None:
    rules = {"f": rule("trust"), "p": FieldRule(follows="f")}
    cells = choose_cells([clearing("a/1", trust=9), candidate("a/2", f="y", p="why")], rules)
    assert {name: cell.value for name, cell in cells.items()} == {"f": None}


def test_a_follower_comes_from_the_record_that_its_leader_came_from() -> None:
    rules = {"n": rule("trust"), "p": FieldRule(follows="n")}
    asked = [candidate("a/1", trust=9, n="x"), candidate("a/2", n="y", p="why")]
    assert "p" not in choose_cells(asked, rules)
    asked = [candidate("a/1", n="x", p="ex"), candidate("a/2", trust=9, n="y", p="why")]
    assert choose_cells(asked, rules)["p"].value == "why"


def test_deleted_records_are_asked_only_when_all_are_deleted() -> None:
    gone = candidate("a/1", 9, f="x", is_deleted=True)
    alive = candidate("a/2", f="y")
    assert living([gone, alive]) == [alive]
    assert choose_cells([gone, alive], {"f": rule("recency")})["f"].value == "y"
    assert choose_cells([gone], {"f": rule("recency")})["f"].value == "x"
    cell = archive_cell([gone, candidate("a/0", 3, is_deleted=True)])
    assert (cell.value, cell.source_key, cell.rule) == ("archived", "a/1", "all_deleted")


def test_every_criterion_of_the_policy_is_measured() -> None:
    named = {criterion for each in RULES.values() for criterion in each.criteria}
    assert named <= MEASURES.keys()


_values = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["person", "organisation"]),
        "legal_name": st.sampled_from(["王建国", "王先生", "Wang Jianguo", "泰盛贸易有限公司"]),
        "name_pinyin": st.sampled_from(["wang jianguo", "wang"]),
        "level_code": st.sampled_from("ABC"),
        "identity__birth_on": st.sampled_from(["1980-02-03", "1980-03-02"]),
        "finance__payment_method_code": st.sampled_from(["wechat", "cash"]),
        "status": st.sampled_from(["active", "inactive"]),
    },
)
members = st.lists(
    st.builds(
        lambda channel, n, day, trust, deleted, downgraded, cleared, values: candidate(
            f"{channel}/{n}",
            day,
            trust=trust,
            is_deleted=deleted,
            is_downgraded=downgraded,
            cleared=cleared - {name.replace("__", ".") for name in values},
            **values,
        ),
        st.sampled_from(["crm", "pos", "shop"]),
        st.integers(0, 9),
        st.integers(0, 2),
        st.sampled_from([40, 80]),
        st.booleans(),
        st.booleans(),
        st.frozensets(st.sampled_from(["level_code", "identity.birth_on", "legal_name"])),
        _values,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each.source_key,
)


@law(PURE)
@given(members, st.randoms())
def test_the_order_of_members_does_not_matter(members, rng) -> None:  # type: ignore[no-untyped-def]
    expected = choose_cells(members, RULES)
    shuffled = list(members)
    rng.shuffle(shuffled)
    assert choose_cells(shuffled, RULES) == expected


@law(PURE)
@given(members)
def test_every_cell_comes_from_an_input_and_names_its_losers(members) -> None:  # type: ignore[no-untyped-def]
    by_key = {each.source_key: each for each in members}
    for name, cell in choose_cells(members, RULES).items():
        if cell.rule == "default":
            continue
        giver = by_key[cell.source_key]
        assert giver.values.get(name) == cell.value
        assert (cell.value is None) == (name in giver.cleared)
        assert giver.version_id == cell.version_id
        for loser, reason in cell.losers:
            assert by_key[loser].has_opinion(name)
            assert by_key[loser].values.get(name) != cell.value
            assert reason in (*RULES[name].criteria, "source_key")


@law(PURE)
@given(members)
def test_recomputing_from_the_winner_alone_gives_the_same_value(members) -> None:  # type: ignore[no-untyped-def]
    by_key = {each.source_key: each for each in members}
    for name, cell in choose_cells(members, RULES).items():
        alone = choose_cells([by_key[cell.source_key]], RULES)
        if cell.rule != "follows":
            assert alone[name].value == cell.value
