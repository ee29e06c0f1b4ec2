"""Comparisons and scores: what links, what does not, and what must never."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.match.compare import Surroundings, compare
from customer_hub.match.features import Feature
from tests.unit.match.builders import AROUND, MODEL, RULES, company, person, score, words

PHONE = "+8613800012345"
LINK = MODEL.thresholds.link
VALID_IDS = ("11010519491231002X", "360426199101010071")


def resident(number: str) -> dict[str, str]:
    return {"identity_type": "resident_id", "identity_number": number}


def test_a_name_and_a_phone_link() -> None:
    assert score(person("张伟", phones=[PHONE]), person("Zhang Wei", phones=[PHONE])).total >= LINK
    assert score(person("王建国", phones=[PHONE]), person("王先生", phones=[PHONE])).total >= LINK


def test_a_name_alone_links_no_persons_and_a_registered_name_links_companies() -> None:
    assert score(person("张伟"), person("张伟")).total < LINK
    assert score(person("欧阳锦绣"), person("欧阳锦绣")).total < LINK
    full = "深圳泰盛贸易有限公司"
    assert score(company(full), company("深圳市泰盛贸易有限责任公司")).total >= LINK
    assert score(company(full), company("泰盛贸易")).total < LINK


def test_common_names_weigh_less_than_rare_ones() -> None:
    common = score(person("王建国"), person("王建国"))
    rare = score(person("欧阳建国"), person("欧阳建国"))
    assert common.total < rare.total
    assert common.evidence["name"]["frequency"] == "very_common"


def test_a_family_phone_and_address_link_nobody() -> None:
    known = {"phones": [PHONE], "addresses": [("440305", "科苑路8号")]}
    found = score(person("王建国", **known), person("王建军", **known))
    assert found.total < 0
    assert found.lowest <= MODEL.thresholds.conflict


def test_sisters_and_branches_do_not_link_whatever_they_share() -> None:
    known = {
        "phones": [PHONE],
        "mails": ["info@taisheng.example"],
        "addresses": [("440305", "科苑路8号")],
    }
    firm = company("深圳泰盛贸易有限公司", **known)
    for other in ("深圳泰盛物流有限公司", "深圳泰盛贸易有限公司上海分公司"):
        assert score(firm, company(other, **known)).total < LINK


def test_two_proven_numbers_are_a_veto_and_unproven_ones_are_not() -> None:
    first, second = (person("王建国", identity=resident(number)) for number in VALID_IDS)
    assert score(first, second).is_veto
    typo = person("王建国", identity=resident("110105194912310021"))
    found = score(first, typo)
    assert not found.is_veto
    assert found.evidence["identity"]["level"] == "different"


def test_a_birth_date_is_read_from_a_proven_number() -> None:
    assert person("王建国", identity=resident(VALID_IDS[0])).birth_on == "1949-12-31"


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("1980-02-03", "1980-02-03", "equal"),
        ("1980-02-03", "1980-03-02", "close"),
        ("1980-02-03", "1980-02-08", "close"),
        ("1980-01-01", "1980-05-07", "default_day"),
        ("1980-02-03", "1975-11-28", "different"),
        ("", "1980-02-03", "missing"),
    ],
)
def test_birth_dates(left: str, right: str, level: str) -> None:
    first = person("王建国", identity={"birth_on": left})
    second = person("王建国", identity={"birth_on": right})
    assert words(first, second)["birth"] == words(second, first)["birth"] == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ({"phones": [PHONE]}, {"phones": [PHONE]}, "equal"),
        ({"phones": [PHONE]}, {"masked": ["138****2345"]}, "masked"),
        ({"phones": [PHONE]}, {"masked": ["139****2345"]}, "different"),
        ({"phones": [PHONE]}, {"phones": ["+8613900054321"]}, "different"),
        ({"phones": [PHONE]}, {"phones": ["+8675555512345"]}, "missing"),
        ({}, {"phones": [PHONE]}, "missing"),
    ],
)
def test_phones(left: dict[str, list[str]], right: dict[str, list[str]], level: str) -> None:
    first, second = person("王建国", **left), person("王建国", **right)
    assert words(first, second)["phone"] == words(second, first)["phone"] == level


def test_a_shared_phone_and_a_role_mailbox_weigh_less() -> None:
    first = person("王建国", phones=[PHONE], mails=["info@shop.example"])
    around = Surroundings.of(RULES, {"person": {PHONE}})
    found = words(first, first, around)
    assert (found["phone"], found["mail"]) == ("shared", "shared")
    # What is shared among organisations says nothing about persons.
    elsewhere = Surroundings.of(RULES, {"organisation": {PHONE}})
    assert words(first, first, elsewhere)["phone"] == "equal"


def test_a_tag_behind_a_plus_names_the_same_mailbox() -> None:
    plain, tagged = (
        person("王建国", mails=["wjg88@mail.example"]),
        person("王先生", mails=["wjg88+a@mail.example"]),
    )
    assert words(plain, tagged)["mail"] == "equal"


def test_kinds_never_meet() -> None:
    with pytest.raises(ValueError, match="one kind"):
        compare(person("泰盛"), company("泰盛"), AROUND)


_names = st.sampled_from(
    ["王建国", "王先生", "Wang Jianguo", "阿国", "李明", "Bob Smith", "R Smith", None]
)
_companies = st.sampled_from(
    ["深圳泰盛贸易有限公司", "泰盛", "泰盛贸易上海分公司", "泰盛物流", "Norvex Ltd", "Norvex", None]
)
_known = st.fixed_dictionaries(
    {
        "phones": st.lists(
            st.sampled_from([PHONE, "+8613900054321", "+8675555512345"]), max_size=2
        ),
        "masked": st.lists(st.just("138****2345"), max_size=1),
        "mails": st.lists(st.sampled_from(["a.bcdef@x.example", "info@x.example"]), max_size=2),
        "addresses": st.lists(
            st.sampled_from([("440305", "科苑路8号"), ("440300", "科苑路"), ("110105", None)]),
            max_size=2,
        ),
    }
)
_features = st.one_of(
    st.builds(lambda name, known: person(name, **known), _names, _known),
    st.builds(lambda name, known: company(name, **known), _companies, _known),
)


@settings(max_examples=200, deadline=None)
@given(_features, _features)
def test_the_order_of_a_pair_does_not_matter(left: Feature, right: Feature) -> None:
    if left.kind != right.kind:
        return
    assert compare(left, right, AROUND) == compare(right, left, AROUND)
    assert score(left, right) == score(right, left)


@settings(max_examples=100, deadline=None)
@given(_features)
def test_a_feature_survives_its_seal(feature: Feature) -> None:
    assert Feature.from_dict(json.loads(json.dumps(feature.as_dict()))) == feature


@settings(max_examples=100, deadline=None)
@given(_features)
def test_nobody_speaks_against_himself(feature: Feature) -> None:
    assert score(feature, feature).lowest >= 0
