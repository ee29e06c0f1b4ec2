"""The single values of the synthetic world: names, companies, phones, ids, addresses, numbers."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from phonenumbers import PhoneNumberType, is_valid_number, number_type, parse
from stdnum.cn import ric, uscc

from local.world.addresses import draw_address, draw_city, rewrite_address
from local.world.companies import change_industry, draw_brand, draw_company, draw_western_company
from local.world.dice import Shuffle, Weighted
from local.world.identities import (
    draw_resident_id,
    draw_social_credit_code,
    spoil_social_credit_code,
)
from local.world.names import PersonName, draw_chinese_name, draw_western_name, surname_pinyin
from local.world.phones import AGENT, MOVED, OWN, SHARED, Phonebook
from local.world.places import CITIES, FOREIGN
from local.world.population import walk_population
from local.world.writing import mistype, mistype_digit, to_full_width, to_traditional, write_mobile

MANY = range(400)


def test_a_shuffle_hits_every_place_once() -> None:
    shuffle = Shuffle(1000, 7, "any")
    places = [shuffle.place(index) for index in range(1000)]
    assert sorted(places) == list(range(1000))
    assert places != sorted(places)
    with pytest.raises(ValueError, match="outside"):
        shuffle.place(1000)


def test_a_weighted_draw_keeps_its_shares() -> None:
    rng = Random(1)
    weighted = Weighted([("often", 9.0), ("seldom", 1.0), ("never", 0.0)])
    drawn = [weighted.draw(rng) for _ in range(2000)]
    assert 0.87 < drawn.count("often") / 2000 < 0.93
    assert "never" not in drawn


def test_surnames_follow_their_real_frequency() -> None:
    rng = Random(2)
    names = [draw_chinese_name(rng) for _ in range(6000)]
    surnames = [name.family for name in names]
    assert 0.06 < surnames.count("王") / 6000 < 0.1
    assert surnames.count("王") > surnames.count("陈") > surnames.count("何")
    assert any(len(name.family) == 2 and name.script == "han" for name in names)
    assert {len(name.given) for name in names if name.script == "han"} == {1, 2}
    assert any("·" in name.full for name in names)


@pytest.mark.parametrize(
    ("surname", "expected"), [("曾", "zeng"), ("单", "shan"), ("欧阳", "ouyang"), ("张", "zhang")]
)
def test_surnames_are_read_as_surnames(surname: str, expected: str) -> None:
    assert surname_pinyin(surname) == expected


def test_titles_and_nicknames() -> None:
    rng = Random(3)
    titles = {PersonName("王", "小明", "han", "m").titled(rng) for _ in MANY}
    assert {"王先生", "王经理"} <= titles
    assert "王女士" not in titles
    assert PersonName("Smith", "Robert", "latin", "m").nickname(rng) in {"Bob", "Rob"}
    assert draw_western_name(rng, surname="Weber").full.endswith(" Weber")


def test_company_names_have_their_parts() -> None:
    rng = Random(4)
    for _ in MANY:
        name = draw_company(rng, "深圳")
        assert name.brand in name.legal
        assert name.industry in name.legal
        assert name.vary(rng) != ""
        assert name.domain.endswith(".example")
        assert " " not in name.domain
        assert name.brand in name.vary(rng)
    assert draw_western_company(rng).domain.isascii()


def test_a_sister_differs_in_industry_only() -> None:
    rng = Random(5)
    name = draw_company(rng, "杭州")
    sister = change_industry(rng, name)
    assert (sister.brand, sister.place) == (name.brand, name.place)
    assert sister.industry_code != name.industry_code


def test_no_two_sisters_are_registered_under_one_name() -> None:
    groups: dict[tuple[int, str], list[str]] = {}
    for neighbourhood in walk_population(3000, 58):
        for customer in neighbourhood.customers:
            if customer.identity_class == "sister" and customer.company:
                key = neighbourhood.number, customer.company.brand
                groups.setdefault(key, []).append(customer.company.legal)
    assert any(len(names) > 2 for names in groups.values())
    assert all(len(set(names)) == len(names) for names in groups.values())


def test_brands_seldom_collide() -> None:
    rng = Random(6)
    brands = [draw_brand(rng) for _ in range(2000)]
    assert len(set(brands)) > 1950


def test_chinese_phones_are_valid_and_marked_as_synthetic() -> None:
    book = Phonebook(7)
    for customer in MANY:
        for slot in (OWN, MOVED, SHARED, AGENT):
            mobile = book.mobile(customer, slot)
            assert mobile[3:6] == "000"
            number = parse(mobile, "CN")
            assert is_valid_number(number)
            assert number_type(number) == PhoneNumberType.MOBILE
    mobiles = [book.mobile(customer, slot) for customer in MANY for slot in range(6)]
    assert len(set(mobiles)) == len(mobiles)


@pytest.mark.parametrize("city", CITIES, ids=lambda city: str(city.code))
def test_landlines_fit_their_city(city: object) -> None:
    landline = Phonebook(7).landline(12, city)  # type: ignore[arg-type]
    assert landline.split("-")[1].startswith("555")
    assert is_valid_number(parse(landline, "CN"))


@pytest.mark.parametrize("dial", sorted({place.dial for place in FOREIGN}))
def test_phones_abroad_are_valid_and_reserved(dial: str) -> None:
    number = Phonebook(7).foreign(3, OWN, dial)
    assert is_valid_number(parse(number))
    assert any(stem in number for stem in (" 555 01", "20 7946 0", "30 23125 "))


def test_identity_numbers_pass_and_spoilt_ones_fail() -> None:
    rng = Random(8)
    for index in MANY:
        code = draw_social_credit_code(rng, "440305")
        assert uscc.is_valid(code)
        assert not uscc.is_valid(spoil_social_credit_code(code))
        born = date(1940 + index % 66, 1 + index % 12, 1 + index % 28)
        card = draw_resident_id(rng, draw_city(rng), born, "f")
        assert ric.is_valid(card)
        assert card[6:14] == f"{born:%Y%m%d}"
        assert int(card[16]) % 2 == 0


def test_addresses_fit_their_city() -> None:
    rng = Random(9)
    assert len(CITIES) >= 40
    for _ in MANY:
        city = draw_city(rng)
        address = draw_address(rng, city, office=rng.random() < 0.5)
        assert address.postcode.startswith(city.postcode_stem)
        assert len(address.postcode) == 6
        assert address.region_code[:4] == city.code[:4]
        assert address.full.count(city.name) == 1
        again = rewrite_address(rng, address)
        assert again.city == address.city
        assert again.street == address.street


def test_writing_distorts_but_keeps_the_value() -> None:
    rng = Random(10)
    assert to_traditional("华为软件") == "華爲軟件"
    assert to_full_width("A1") == "Ａ１"
    for _ in MANY:
        digits = "".join(char for char in write_mobile(rng, "13800012345") if char.isdigit())
        assert digits.translate(str.maketrans("０１２３４５６７８９", "0123456789")).endswith(
            "13800012345"
        )
        wrong = mistype_digit(rng, "13800012345")
        assert sum(a != b for a, b in zip(wrong, "13800012345", strict=True)) == 1
        assert sum(a != b for a, b in zip(mistype(rng, "张伟"), "张伟", strict=True)) == 1
        assert sorted(mistype(rng, "Robert")) == sorted("Robert")
