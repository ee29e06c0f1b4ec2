"""How phone numbers are read."""

import pytest

from customer_hub.values.phone import Phone, masks_match, parse_phone


@pytest.mark.parametrize(
    "raw",
    [
        "13800138000",
        "+8613800138000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "0086 13800138000",
        "86 13800138000",
        "８６１３８００１３８０００",
        "(+86)13800138000",
        "013800138000",
        "手机：13800138000",
        "138\u200b00138000",
        "138.0013.8000",
    ],
)
def test_one_mobile_in_many_forms(raw: str) -> None:
    assert parse_phone(raw) == Phone("+8613800138000", "mobile", None, None, "CN", None)


@pytest.mark.parametrize(
    ("raw", "e164", "extension"),
    [
        ("0755-22345678", "+8675522345678", None),
        ("(0755)22345678", "+8675522345678", None),
        ("+86 755 2234 5678", "+8675522345678", None),
        ("+86 (0)755 2234 5678", "+8675522345678", None),
        ("86-755-22345678", "+8675522345678", None),
        ("0755-22345678转8001", "+8675522345678", "8001"),
        ("0755-22345678-8001", "+8675522345678", "8001"),
        ("0755 22345678 ext. 12", "+8675522345678", "12"),
        ("0755-22345678 x12", "+8675522345678", "12"),
        ("0755-22345678,分机8001", "+8675522345678", "8001"),
        ("010-62345678", "+861062345678", None),
        ("0312-2345678", "+863122345678", None),
        ("400-800-1234", "+864008001234", None),
    ],
)
def test_chinese_landline(raw: str, e164: str, extension: str | None) -> None:
    phone = parse_phone(raw)
    assert (phone.e164, phone.type, phone.extension) == (e164, "phone", extension)
    assert (phone.country, phone.problem) == ("CN", None)


@pytest.mark.parametrize(
    ("raw", "country", "e164", "kind", "where"),
    [
        ("+1 202-555-0123", "CN", "+12025550123", "phone", "US"),
        ("(202) 555-0123", "US", "+12025550123", "phone", "US"),
        ("+44 20 7946 0018", "CN", "+442079460018", "phone", "GB"),
        ("07400 123456", "GB", "+447400123456", "mobile", "GB"),
        ("0044 20 7946 0018", "CN", "+442079460018", "phone", "GB"),
        ("13800138000", "us", "+8613800138000", "mobile", "CN"),
        ("8675522345678", "US", None, None, None),
    ],
)
def test_foreign(
    raw: str, country: str, e164: str | None, kind: str | None, where: str | None
) -> None:
    phone = parse_phone(raw, country)
    assert (phone.e164, phone.type) == (e164, kind)
    if where is not None:
        assert phone.country == where


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("138****1234", "138****1234"),
        ("138xxxx1234", "138****1234"),
        ("+86 138****1234", "138****1234"),
        ("138-****-1234", "138****1234"),
        ("138***1234", "138****1234"),
        ("１３８＊＊＊＊１２３４", "138****1234"),
        ("0755****5678", "0755****5678"),
    ],
)
def test_masked(raw: str, masked: str) -> None:
    phone = parse_phone(raw)
    assert (phone.e164, phone.masked, phone.problem) == (None, masked, "masked")
    assert parse_phone(masked).masked == masked


@pytest.mark.parametrize(
    ("masked", "e164", "expected"),
    [
        ("138****1234", "+8613800001234", True),
        ("138****1234", "+8613900001234", False),
        ("138****1234", "+8613800001235", False),
        ("138****1234", "+12025550123", False),
        ("0755****5678", "+8675522345678", True),
        ("0755****5678", "+867552345678", False),
        (None, "+8613800001234", False),
        ("138****1234", None, False),
        ("138****1234", "13800001234", False),
    ],
)
def test_masks_match(masked: str | None, e164: str | None, expected: bool) -> None:
    assert masks_match(masked, e164) is expected


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (None, None),
        ("", None),
        ("无", None),
        ("22345678", "no_area_code"),
        ("12345", "invalid"),
        ("1380013800", "invalid"),
        ("00000000000", "invalid"),
        ("11111111111", "invalid"),
        ("abc", "format"),
        ("a@b.example", "format"),
        ("1" * 500, "too_long"),
        ("138😀00138000", "format"),
    ],
)
def test_no_number(raw: str | None, problem: str | None) -> None:
    phone = parse_phone(raw)
    assert (phone.e164, phone.masked, phone.problem) == (None, None, problem)


def test_first_of_several() -> None:
    phone = parse_phone("13800138000/13900139000")
    assert (phone.e164, phone.problem) == ("+8613800138000", "several")


def test_an_unknown_country_is_no_crash() -> None:
    assert parse_phone("202-555-0123", "??").problem == "invalid"
