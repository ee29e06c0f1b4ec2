"""Levels: what each comparison says, whichever record is left."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from customer_hub.match.engine.column import Column
from customer_hub.match.engine.comparing import Comparer, Surroundings
from customer_hub.match.engine.records import Records, kind_of
from customer_hub.match.engine.scales import SCALES

NICKNAMES = {"bob": "robert", "robert": "robert", "tom": "thomas", "tim": "timothy"}
AROUND = Surroundings(NICKNAMES, frozenset({"+8675588880000"}))


def levels(**columns: tuple[str, str]) -> dict[str, str]:
    records = Records(2, {name: Column.of_values(pair) for name, pair in columns.items()})
    comparer = Comparer(records, AROUND)
    one, two = np.array([0]), np.array([1])
    forth, back = comparer.compare(one, two)[0], comparer.compare(two, one)[0]
    assert forth.tolist() == back.tolist()
    return {
        name: SCALES[kind_of(name)].levels[number]
        for name, number in zip(comparer.comparisons, forth.tolist(), strict=True)
    }


@pytest.mark.parametrize(
    ("left", "right", "family", "given"),
    [
        (("王", "伟"), ("王", "伟"), "equal", "equal"),
        (("李", "伟"), ("李", "卫"), "equal", "homophone"),
        (("王", "晓明"), ("wang", "xiaoming"), "pinyin", "pinyin"),
        (("王", "志强"), ("王", "强"), "equal", "part"),
        (("林", "军"), ("林", "军龙"), "equal", "different"),  # brothers, not 志强 and 阿强
        (("王", "志强"), ("王", ""), "equal", "missing"),
        (("张", "伟"), ("张", "敏"), "equal", "different"),
        (("田", "晴丽"), ("田", "晴志"), "equal", "different"),  # siblings share a syllable
        (("tian", "qingli"), ("tian", "qingzhi"), "equal", "different"),
        (("田", "锋彬"), ("田", "锋鑫"), "equal", "different"),
        (("tian", "xiaona"), ("tian", "xiaoyan"), "equal", "different"),
        (("张", "晓新"), ("张", "晓星"), "equal", "near"),  # told apart by few speakers
        (("zhang", "zhisheng"), ("zhang", "zisheng"), "equal", "near"),
        (("tian", "qingli"), ("tian", "qignli"), "equal", "close"),  # no syllables: a slip
        (("rossi", "lina"), ("rossi", "lena"), "equal", "near"),  # no Chinese family
        (("杨", "堂"), ("唐", "阳"), "different", "different"),
        (("smith", "robert"), ("smith", "bob"), "equal", "nickname"),
        (("smith", "tom"), ("smith", "tim"), "equal", "different"),  # two known names
        (("smith", "tom"), ("smith", "tpm"), "equal", "near"),
        (("smith", "robert"), ("robert", "smith"), "swapped", "missing"),
        (("smith", "robert"), ("smith", "r"), "equal", "initial"),
        (("smith", "robert"), ("smyth", "robert"), "near", "equal"),
        (("johnson", "anna"), ("jonson", "anna"), "close", "equal"),
        (("", "smith"), ("smith", "anna"), "equal", "missing"),
    ],
)
def test_persons(left: tuple[str, str], right: tuple[str, str], family: str, given: str) -> None:
    found = levels(family=(left[0], right[0]), given=(left[1], right[1]))
    assert (found["family"], found["given"]) == (family, given)


def test_father_and_son() -> None:
    records = Records(
        2,
        {
            "family": Column.of_values(["smith", "smith"]),
            "given": Column.of_values(["john", "john"]),
        },
        Column.of_values(["jr", "sr"]),
    )
    found = Comparer(records, AROUND).compare(np.array([0]), np.array([1]))[0]
    assert SCALES["given"].levels[found[1]] == "different"


@pytest.mark.parametrize(
    ("born", "level"), [("2003-08-09", "different"), ("1977-05-01", "equal"), (None, "equal")]
)
def test_father_and_son_of_whom_one_says_which_he_is(born: str | None, level: str) -> None:
    records = Records(
        2,
        {
            "family": Column.of_values(["miller", "miller"]),
            "given": Column.of_values(["robert", "robert"]),
            "birth": Column.of_values(["1977-05-01", born]),
        },
        Column.of_values([None, "jr"]),
    )
    for left, right in ((0, 1), (1, 0)):
        found = Comparer(records, AROUND).compare(np.array([left]), np.array([right]))[0]
        assert SCALES["given"].levels[found[1]] == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("深圳市华为技术有限公司", "深圳市华为技术有限责任公司", "equal"),
        ("华为技术有限公司", "深圳市华为技术有限公司", "placeless"),
        ("深圳市华为技术有限公司", "深圳市华为技术有限公司北京分公司", "branch"),
        ("深圳市泰盛贸易有限公司", "深圳市泰盛物流有限公司", "sister"),
        ("新星电子", "上海新星电子有限公司", "placeless"),
        ("昆山科技", "北京昆山科技有限公司", "placeless"),
        ("上海泰盛科技有限公司", "北京泰盛科技有限公司", "place_differs"),
        ("梅州褒先寺网络科技有限公司", "梅州褒先寺网气科技有限公司", "close"),
        ("第一机床厂有限公司", "第二机床厂有限公司", "different"),
        ("Acme Trading Ltd", "Acme Trading Co., Ltd.", "equal"),
        ("The Bramton Holdings Ltd", "Bramton Foods Ltd", "sister"),
        ("Bramton Holdings Ltd", "Bramton", "brand"),
        ("The Zephbrook Precision Inc.", "Zephbrook Design Inc.", "sister"),
        ("Precious Little Ones Learning Center", "Precious Little One Learning Centre", "close"),
        ("Northwind Traders", "Contoso Pharmaceuticals", "different"),
        ("远山技术有限公司(曾用名:北山科技有限公司)", "北山科技有限公司", "equal"),
        ("远山技术有限公司(曾用名:北山科技有限公司)", "远山技术有限公司", "equal"),
        ("远山技术有限公司(曾用名:北山科技有限公司)", "北山贸易有限公司", "different"),
        ("远山技术有限公司(曾用名:北山科技有限公司)", "红星家居有限公司", "different"),
        ("远山有限公司(原北山有限公司)上海分公司", "北山有限公司", "different"),
        ("远山贸易有限公司(原远山有限公司)", "远山物流有限公司(原远山有限公司)", "sister"),
        ("Northwind Ltd (formerly Contoso Ltd)", "Contoso Limited", "equal"),
        ("Acme Precision Design (formerly Zenith)", "Acme Precision Hotels", "sister"),
        ("杭州青禾食品有限公司", "Hangzhou Qinghe Shipin Youxian Gongsi", "pinyin"),
    ],
)
def test_companies(left: str, right: str, level: str) -> None:
    assert levels(company=(left, right))["company"] == level


@pytest.mark.parametrize(
    ("kind", "left", "right", "level"),
    [
        ("phone", "+8675588880000", "+8675588880000", "shared"),
        ("phone", "+8613900001234", "139****1234", "masked"),
        ("phone", "+8613900001234", "139****9999", "different"),
        ("phone", "+8613900001234", "1390000123", "tail"),
        ("mail", "anna.li@a.example", "anna.li@b.example", "close"),
        ("mail", "anna.li712@a.example", "annali712@b.example", "local"),
        ("mail", "info@a.example", "info@a.example", "shared"),
        ("identity", "!social_credit_code:91350211M000100Y43",
         "!social_credit_code:91110108551385082Q", "veto"),
        ("identity", "ssn:123456789", "ssn:123456788", "close"),
        ("identity", "ssn:123456789", "passport:123456789", "missing"),
        ("birth", "1980-03-12", "1980-12-03", "close"),
        ("birth", "1980-03-12", "1980-01-01", "default_day"),
        ("birth", "1980-03-12", "1980-07-25", "near"),
        ("birth", "1980-03-12", "1955-11-30", "different"),
        ("phone", "+86", "13812345678", "different"),
        ("region", "440305", "440306", "city"),
        ("region", "440305", "440100", "province"),
        ("postcode", "518000", "518001", "close"),
        ("address", "12 main street", "12 main st", "road"),
        ("address", "12 main street", "84 main street", "near"),
        ("address", "39 pine st", "39 elm st", "near"),  # number and word in common, and no road
        ("address", "39 pine st", "39 pnie street", "road"),
        ("address", "39 41 43", "39 41 44", "road"),  # digits alone name no road
        ("address", "文三路39 3301", "文一路39 3301", "near"),
        ("address", "中山东路39 3301", "中山路39 3301", "close"),
        ("city", "london", "lonon", "close"),
    ],
)  # fmt: skip
def test_plain_values(kind: str, left: str, right: str, level: str) -> None:
    assert levels(**{kind: (left, right)})[kind] == level


def test_of_several_phones_the_best_pair_counts() -> None:
    phones = Column.of_lists([("+8613900000001", "+8613900000009"), ("+8613900000009",), ()])
    found = Comparer(Records(3, {"phone": phones}), AROUND).compare(
        np.array([0, 0]), np.array([1, 2])
    )
    assert found[:, 0].tolist() == [1, 0]


words = st.text(st.sampled_from("abcdeëéñ王伟李*19- "), max_size=9)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(SCALES)), words, words)
def test_levels_do_not_depend_on_the_side(kind: str, left: str, right: str) -> None:
    if kind == "birth":
        left, right = left[:10], right[:10]
    if left.strip() and right.strip():
        levels(**{kind: (left, right)})


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Galport Dairy GmbH", "Galport Restaurants GmbH", "sister"),
        ("Acme Bay Clinics Corp.", "Acme Bay Electric Corp.", "sister"),
        ("Acme Dairy GmbH", "Acme Diary GmbH", "close"),
        ("Acme Hotels Ltd", "Acme Hotel Ltd", "close"),
    ],
)
def test_two_trades_under_one_brand_are_sisters(left: str, right: str, level: str) -> None:
    assert levels(company=(left, right)) == {"company": level}


def test_a_mail_domain_is_told_but_not_between_branches() -> None:
    mails = ("li.wei@tai.example", "he.na@tai.example")
    assert levels(mail=mails) == {"mail": "domain"}
    firm, branch = "上海泰盛贸易有限公司", "上海泰盛贸易有限公司深圳分公司"
    assert levels(company=(firm, firm), mail=mails)["mail"] == "domain"
    assert levels(company=(branch, branch), mail=mails)["mail"] == "different"


def test_what_is_shared_is_told_by_the_surroundings_of_each_comparer() -> None:
    records = Records(2, {"phone": Column.of_values(["+12015550101"] * 2)})
    pair = np.array([0]), np.array([1])
    shared = Surroundings({}, frozenset({"+12015550101"}))
    found = [Comparer(records, around).compare(*pair)[0, 0] for around in (shared, AROUND)]
    assert [SCALES["phone"].levels[level] for level in found] == ["shared", "equal"]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["phone", "mail", "birth", "address"]),
    st.lists(st.text("ab1é @-.", min_size=1, max_size=9), min_size=2, max_size=6),
    st.integers(0, 2**32 - 1),
)
def test_a_pair_is_judged_alike_in_any_company(kind: str, values: list[str], seed: int) -> None:
    """Few pairs or many, alone or repeated: the way they are looked up changes no level."""
    kept = [value for value in values if value.strip()]
    records = Records(len(kept), {kind: Column.of_values(kept)})
    pairs = np.random.default_rng(seed).integers(0, max(len(kept), 1), (2, 40))
    if not records.comparisons:
        return
    found = Comparer(records, AROUND).compare(*pairs)
    for left, right, level in zip(*pairs.tolist(), found[:, 0].tolist(), strict=True):
        assert levels(**{kind: (kept[left], kept[right])})[kind] == SCALES[kind].levels[level]


@settings(max_examples=300, deadline=None)
@given(st.text("abc12 ", min_size=1, max_size=14), st.text("abc12 ", min_size=1, max_size=14))
def test_letters_pass_over_no_address_that_is_near(left: str, right: str) -> None:
    left, right = " ".join(left.split()), " ".join(right.split())
    if left and right and left != right:
        is_near = fuzz.token_set_ratio(left, right) >= 70
        assert (levels(address=(left, right))["address"] != "different") == is_near


@settings(max_examples=300, deadline=None)
@given(st.text("abcd", min_size=1, max_size=9), st.text("abcd", min_size=1, max_size=9))
def test_letters_pass_over_no_mail_that_is_close(left: str, right: str) -> None:
    if left != right:
        found = levels(mail=(f"{left}@one.example", f"{right}@two.example"))["mail"]
        assert (found == "close") == (JaroWinkler.similarity(left, right) >= 0.92)


@settings(max_examples=300, deadline=None)
@given(st.text("123", min_size=7, max_size=9), st.text("123", min_size=7, max_size=9))
def test_ends_pass_over_no_phone_with_one_slip(left: str, right: str) -> None:
    if left != right:
        is_tail = left[-7:] == right[-7:] or OSA.distance(left, right) <= 1
        assert (levels(phone=(left, right))["phone"] == "tail") == is_tail
