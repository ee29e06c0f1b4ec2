"""What holds for every input: no exception, the same answer twice, and a settled normal form."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import astuple, is_dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_hub.values import code
from customer_hub.values.address import parse_address
from customer_hub.values.amount import parse_amount
from customer_hub.values.company import is_company_name, parse_company
from customer_hub.values.identity import parse_identity, parse_social_credit_code
from customer_hub.values.mail import parse_mail
from customer_hub.values.moment import parse_at, parse_on
from customer_hub.values.person import parse_person
from customer_hub.values.phone import parse_phone
from customer_hub.values.text import clean, to_pinyin, to_simplified
from customer_hub.values.website import parse_website

quick = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

ANY = st.text(st.characters(exclude_categories=()), max_size=30)
WORDS = (
    "张 伟 王 先生 经理 总 欧阳 單 曾 乾 · • 老 买买提 Zhang Wei wei LI Smith John van Jr. "
    "III Mr. , . - 有限公司 有限责任公司 集团 股份 (深圳) （ ） 深圳市 广东省 广东 深圳 "
    "南山区 朝阳区 北京 科技 技术 分公司 办事处 第二分店 采购部 公司 店 科技路 12号 "
    "三十二号 街道 镇 Co. Ltd. Inc Branch Shanghai GmbH & +86 0086 138 0013 8000 0755 "
    "22345678 转8001 ext 12 **** x # / ; @ corp .example .test info < > 2026 11 16 年 月 日 "
    ": T Z +08:00 1,234 .50 ¥ 万 https:// www. ? # % \x00 \ud800 \u200b 😀 𠮷 无 null"
)
PIECES = st.builds(
    lambda gap, parts: gap.join(parts),
    st.sampled_from(["", " "]),
    st.lists(st.sampled_from(WORDS.split(" ")), max_size=8),
)
RAW = st.one_of(ANY, PIECES)

RUBBISH = [
    "\x00",
    "\x00" * 100_000,
    "\ud800\udfff",
    "😀" * 100_000,
    "𠮷" * 100_000,
    "a" * 100_000,
    "张" * 1_000_000,
    "信息技术" * 99,
    "(" * 399,
    "1" * 100_000,
    "@" * 100_000,
    "\ufdfa" * 20_000,
    "a" + "\u0301" * 100_000,
    "深圳市" * 130,
    "转1" * 190,
    "zhangwei" * 49,
    "a." * 190 + "@b.example",
    " \u200b\t" * 1_000,
]

PARSERS: dict[str, Callable[[str], Any]] = {
    "clean": clean,
    "to_simplified": to_simplified,
    "to_pinyin": to_pinyin,
    "person": parse_person,
    "person_parts": lambda raw: parse_person(None, raw, raw),
    "company": parse_company,
    "is_company_name": is_company_name,
    "phone": parse_phone,
    "phone_us": lambda raw: parse_phone(raw, "US"),
    "mail": parse_mail,
    "address": parse_address,
    "address_fields": lambda raw: parse_address(
        country=raw, province=raw, city=raw, district=raw, street=raw, postcode=raw
    ),
    "credit": parse_social_credit_code,
    "identity": lambda raw: parse_identity(raw, raw),
    "on": parse_on,
    "at": lambda raw: parse_at(raw, raw[:50]),
    "amount": parse_amount,
    "website": parse_website,
    **{
        name: getattr(code, name)
        for name in dir(code)
        if name.startswith("parse_") and callable(getattr(code, name))
    },
}


# They take text as it is; everything else cleans first.
UNCLEANED = {"to_simplified", "to_pinyin"}


def assert_storable(value: Any) -> None:
    """No part of a result may hold what PostgreSQL cannot store."""
    parts = astuple(value) if is_dataclass(value) and not isinstance(value, type) else (value,)
    for part in parts:
        if isinstance(part, str):
            part.encode("utf-8")
            assert "\x00" not in part


@pytest.mark.parametrize("name", PARSERS)
def test_rubbish_is_answered(name: str) -> None:
    PARSERS[name]("x")
    for raw in RUBBISH:
        start = time.process_time()
        result = PARSERS[name](raw)
        # No measurement: it catches what grows with the square of the length, which takes minutes.
        assert time.process_time() - start < 20, f"{name}: {raw[:3]!r} times {len(raw)}"
        if name not in UNCLEANED:
            assert_storable(result)


@pytest.mark.parametrize("name", PARSERS)
@given(raw=RAW)
@quick
def test_total(name: str, raw: str) -> None:
    first = PARSERS[name](raw)
    assert PARSERS[name](raw) == first
    if name not in UNCLEANED:
        assert_storable(first)


@given(raw=RAW)
@quick
def test_text_settles(raw: str) -> None:
    text = clean(raw)
    assert clean(text) == text
    simplified = to_simplified(raw)
    assert to_simplified(simplified) == simplified
    spelt = to_pinyin(raw)
    assert to_pinyin(spelt) == spelt


@given(raw=RAW)
@settings(quick, max_examples=200)
def test_person_settles(raw: str) -> None:
    name = parse_person(raw)
    again = parse_person(name.full)
    assert (again.full, again.surname, again.given) == (name.full, name.surname, name.given)
    assert again.pinyin == name.pinyin


@given(family=RAW, first=RAW)
@settings(quick, max_examples=200)
def test_person_in_parts_settles(family: str, first: str) -> None:
    name = parse_person(None, family, first)
    again = parse_person(name.full)
    assert (again.full, again.surname, again.given) == (name.full, name.surname, name.given)


@given(raw=RAW)
@settings(quick, max_examples=200)
def test_company_settles(raw: str) -> None:
    name = parse_company(raw)
    again = parse_company(name.full)
    assert again == name or name.problem is not None
    stem = parse_company(name.stem)
    if stem.core and stem.branch is None and stem.department is None:
        assert stem.core == name.core


@given(raw=RAW)
@settings(quick, max_examples=200)
def test_phone_settles(raw: str) -> None:
    phone = parse_phone(raw)
    assert parse_phone(phone.e164).e164 == phone.e164
    assert parse_phone(phone.masked).masked == phone.masked


@given(raw=RAW)
@quick
def test_mail_settles(raw: str) -> None:
    mail = parse_mail(raw)
    again = parse_mail(mail.address)
    assert (again.address, again.is_role) == (mail.address, mail.is_role)


@given(
    local=st.from_regex(r"[a-z0-9_.+-]{1,12}", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9.-]{1,16}\.(example|test|com|cn|local|x)", fullmatch=True),
)
@settings(quick, max_examples=100)
def test_mail_agrees_with_the_validator(local: str, domain: str) -> None:
    from email_validator import EmailNotValidError, validate_email

    raw = f"{local}@{domain}"
    try:
        expected = validate_email(
            raw, check_deliverability=False, test_environment=True
        ).normalized.lower()
    except EmailNotValidError:
        expected = None
    if raw == raw.strip("."):
        assert parse_mail(raw).address == expected


@given(raw=RAW)
@settings(quick, max_examples=200)
def test_address_settles(raw: str) -> None:
    one = parse_address(raw)
    again = parse_address(
        country=one.country_code,
        province=one.province,
        city=one.city,
        district=one.district,
        street=one.street,
        postcode=one.postcode,
    )
    keys = ("country_code", "province", "city", "district", "street", "postcode", "region_code")
    assert [getattr(again, key) for key in keys] == [getattr(one, key) for key in keys]
    assert parse_address(one.raw).region_code == one.region_code


@given(raw=RAW)
@quick
def test_plain_values_settle(raw: str) -> None:
    amount = parse_amount(raw)
    assert amount is None or parse_amount(str(amount)) == amount
    on = parse_on(raw)
    assert on is None or parse_on(on.isoformat()) == on
    at = parse_at(raw, "Asia/Shanghai")
    assert at is None or parse_at(at.isoformat(), "Asia/Shanghai") == at
    site = parse_website(raw)
    assert parse_website(site) == site
    identity = parse_identity(None, raw)
    assert parse_identity(identity.type, identity.number).number == identity.number


def test_importing_values_is_cheap() -> None:
    modules = "text person company phone mail address moment code amount website".split()  # noqa: SIM905
    lines = [f"import customer_hub.values.{name}" for name in modules]
    heavy = ("airflow", "pandas", "opencc", "pypinyin", "phonenumbers", "email_validator", "babel")
    check = f"import sys; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", "\n".join([*lines, check])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
