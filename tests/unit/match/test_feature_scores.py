"""Features and scores with the shipped model: what links, what does not, and what must never."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.match.blocking import list_values
from customer_hub.match.engine.clustering import NEVER
from customer_hub.match.engine.comparing import Surroundings
from customer_hub.match.features import Feature
from customer_hub.match.scoring import score_pairs, weigh_pairs
from tests.seeds import PURE, law
from tests.unit.match.builders import MODEL, RULES, company, contact, person, score, words

PHONE = "+8613800012345"
VALID_IDS = ("11010519491231002X", "360426199101010071")


def resident(number: str) -> dict[str, str]:
    return {"identity_type": "resident_id", "identity_number": number}


def test_a_name_and_a_phone_link() -> None:
    assert score(person("张伟", phones=[PHONE]), person("Zhang Wei", phones=[PHONE])).total > 0
    mail = {"mails": ["zhangshuai88@mail.example"]}
    assert score(person("张帅", **mail), person("zhangshuai", **mail)).total > 0


def test_a_family_name_with_a_phone_alone_is_any_of_the_household() -> None:
    known = person("王建国", phones=[PHONE], mails=["wang77@mail.example"])
    assert score(known, person("王先生", phones=[PHONE])).total == 0
    assert score(person("王先生", phones=[PHONE]), person("王先生", phones=[PHONE])).total == 0
    assert score(known, person("王先生", phones=[PHONE], mails=["wang77@mail.example"])).total > 0


def test_neither_a_role_nor_an_employers_namesake_proves_a_family_name() -> None:
    role = {"phones": [PHONE], "mails": ["info@taisheng.example"]}
    assert score(person("王建国", **role), person("王先生", **role)).total <= 0
    like = [person(name, phones=[PHONE], mails=[mail]) for name, mail in (
        ("王建国", "wang.j@a.example"), ("王先生", "wangj@b.example"))]  # fmt: skip
    assert score(*like).total <= 0
    firms = ("远山技术有限公司", "北山技术有限公司")
    left, right = (contact("王经理", firm, phones=[PHONE]) for firm in firms)
    assert score(left, right).total <= 0


def test_a_number_that_two_mails_have_in_common_speaks_for_one_of_a_name() -> None:
    first, second = (
        person("梁佳雯", mails=[mail])
        for mail in ("liangjiawen@a.example", "liangjiawen@b.example")
    )
    numbered = [
        person("梁佳雯", mails=[mail])
        for mail in ("liang.jiawen.4483@a.example", "liangjiawen4483@b.example")
    ]
    assert words(*numbered)["mail"] == "local"
    short = [person("李伟", mails=[mail]) for mail in ("001@a.example", "001@b.example")]
    assert words(*short)["mail"] == "close"
    assert score(*numbered).total > score(first, second).total


def test_a_registered_name_outweighs_another_phone() -> None:
    first = company("深圳泰盛贸易有限公司", phones=[PHONE])
    assert score(first, company("深圳市泰盛贸易有限责任公司", phones=["+8613900054321"])).total > 0


def test_a_frequent_name_alone_links_no_persons_and_a_registered_name_links_companies() -> None:
    assert score(person("张伟"), person("张伟")).total < 0
    full = "深圳泰盛贸易有限公司"
    assert score(company(full), company("深圳市泰盛贸易有限责任公司")).total > 0
    assert score(company(full), company("泰盛")).total < 0


def test_common_names_weigh_less_than_rare_ones() -> None:
    common = score(person("王建国"), person("王建国"))
    rare = score(person("欧阳建国"), person("欧阳建国"))
    assert common.total < rare.total
    assert int(common.evidence["family"]["frequency"]) < 0


def test_a_family_phone_and_address_link_nobody() -> None:
    known = {"phones": [PHONE], "addresses": [("440305", "科苑路8号")]}
    assert score(person("王建国", **known), person("王建军", **known)).total < -4000


def test_twins_and_neighbours_of_one_name_stay_apart() -> None:
    home = {"addresses": [("440305", "科苑路8号")]}
    birth = {"identity": {"birth_on": "1988-03-04"}}
    assert score(person("王晓明", **home, **birth), person("王晓亮", **home, **birth)).total < 0
    other = {"identity": {"birth_on": "1961-11-20"}, "phones": ["+8613900054321"]}
    first = person("王伟", identity={"birth_on": "1988-03-04"}, phones=[PHONE])
    assert score(first, person("王伟", **other)).total < 0


def test_sisters_and_branches_do_not_link_whatever_they_share() -> None:
    known = {
        "phones": [PHONE],
        "mails": ["info@taisheng.example"],
        "addresses": [("440305", "科苑路8号")],
    }
    firm = company("深圳泰盛贸易有限公司", **known)
    for other in ("深圳泰盛物流有限公司", "深圳泰盛贸易有限公司上海分公司"):
        assert score(firm, company(other, **known)).total < 0


def test_a_renamed_company_links_by_the_name_that_it_had() -> None:
    renamed = company("深圳远山贸易有限公司（原深圳泰盛贸易有限公司）")
    for name in ("深圳市泰盛贸易有限责任公司", "深圳远山贸易有限公司"):
        firm = company(name)
        assert score(renamed, firm).total > 0
        shared = {*list_values(renamed, RULES)} & {*list_values(firm, RULES)}
        assert {kind for kind, _ in shared} >= {"core", "brand", "name"}
    assert score(renamed, company("深圳泰盛物流有限公司")).total < 0


def test_two_proven_numbers_are_a_veto_and_unproven_ones_are_not() -> None:
    first, second = (person("王建国", identity=resident(number)) for number in VALID_IDS)
    assert score(first, second).is_veto
    typo = person("王建国", identity=resident("110105194912310021"))
    found = score(first, typo)
    assert not found.is_veto
    assert found.evidence["identity"]["level"] == "close"


def test_a_birth_date_is_read_from_a_proven_number() -> None:
    assert person("王建国", identity=resident(VALID_IDS[0])).birth_on == "1949-12-31"


def test_a_department_is_one_within_its_company_only() -> None:
    firm, other = "深圳泰盛贸易有限公司", "上海鸿达物流有限公司"
    here = contact("财务部", firm, phones=["+8675555512345"])
    assert score(here, contact("财务部", firm, phones=["+8675555512345"])).total > 0
    assert words(here, contact("财务部", other))["given"] == "different"


def test_an_equal_street_in_another_town_is_another_address() -> None:
    left, right = (
        person("王建国", addresses=[(region, "人民路8号")]) for region in ("440305", "110105")
    )
    assert words(left, right)["address"] != "equal"
    assert words(left, left)["address"] == "equal"


def test_a_domain_of_ones_own_is_an_organisations_and_a_public_one_is_nobodys() -> None:
    first, second = (company("泰盛", mails=[mail]) for mail in ("a@tai.example", "b@tai.example"))
    assert words(first, second)["mail"] == "domain"
    first, second = (company("泰盛", mails=[mail]) for mail in ("abc@163.com", "xyz@163.com"))
    assert words(first, second)["mail"] == "different"


def test_a_shared_phone_and_a_role_mailbox_weigh_less() -> None:
    first = person("王建国", phones=[PHONE], mails=["info@shop.example"])
    found = words(first, first, {PHONE})
    assert (found["phone"], found["mail"]) == ("shared", "shared")


def test_a_tag_behind_a_plus_names_the_same_mailbox() -> None:
    plain, tagged = (
        person("王建国", mails=["wjg88@mail.example"]),
        person("王先生", mails=["wjg88+a@mail.example"]),
    )
    assert words(plain, tagged)["mail"] == "equal"


def test_a_hidden_number_fits_and_never_equals() -> None:
    hidden = person("王伟", masked=["138****1234"])
    assert words(hidden, hidden)["phone"] == "masked"
    both = person("王伟", masked=["138****1234"], phones=[PHONE])
    assert words(both, both)["phone"] == "equal"


def test_what_only_sounds_like_swapped_names_is_not() -> None:
    first, second = person("唐阳", phones=[PHONE]), person("杨唐", phones=[PHONE])
    assert words(first, second) == words(second, first)
    assert words(first, second)["family"] != "swapped"


def test_records_that_say_nothing_are_two_customers() -> None:
    found = score(person(None), person(None))
    assert (found.total, list(found.evidence)) == (MODEL.person.prior, ["prior"])


def test_kinds_never_meet() -> None:
    with pytest.raises(ValueError, match="one kind"):
        score(person("泰盛"), company("泰盛"))


_names = st.sampled_from(
    ["王建国", "王先生", "Wang Jianguo", "阿国", "唐阳", "杨唐", "Bob Smith", "R Smith", None]
)
_companies = st.sampled_from(
    [
        "深圳泰盛贸易有限公司", "泰盛", "泰盛贸易上海分公司", "泰盛物流", "Norvex Ltd", "Norvex", None,
        "Norvex Dairy Ltd Leeds branch", "红星美凯龙", "红星家居有限公司上海分公司",
    ]
)  # fmt: skip
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
    st.builds(lambda name, known: contact(name or "财务部", "泰盛", **known), _names, _known),
)


@law(PURE)
@given(st.lists(_features, min_size=2, max_size=6), st.randoms())
def test_a_score_depends_on_the_two_records_alone(features: Sequence[Feature], rng) -> None:  # type: ignore[no-untyped-def]
    """Not on their order, nor on what else is scored beside them: no chunk changes an edge."""
    held = {f"k{place}": each for place, each in enumerate(features)}
    pairs = [(a, b) for a in held for b in held if a < b and held[a].kind == held[b].kind]
    around = {
        kind: Surroundings(RULES.groups, frozenset({PHONE}), frozenset(RULES.public_domains))
        for kind in ("person", "organisation", "contact")
    }
    rng.shuffle(pairs)
    together = score_pairs(pairs, held, around, MODEL)
    for (left, right), found in zip(pairs, together, strict=True):
        assert found is not None
        assert score_pairs([(right, left)], held, around, MODEL) == [found]
        assert sum(int(each["weight"]) for each in found.evidence.values()) == found.total
    weights = [NEVER if each.is_veto else each.total for each in together if each]
    assert weigh_pairs(pairs, held, around, MODEL).tolist() == weights
    some = score_pairs(pairs, held, around, MODEL, least=0)
    assert some == [
        each if each and (each.is_veto or each.total >= 0) else None for each in together
    ]


@settings(max_examples=100, deadline=None)
@given(_features)
def test_a_feature_survives_its_seal(feature: Feature) -> None:
    assert Feature.from_dict(json.loads(json.dumps(feature.as_dict()))) == feature
