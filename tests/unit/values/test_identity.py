"""How identity numbers are read."""

from datetime import date

import pytest
from stdnum.cn import ric, uscc

from customer_hub.values.identity import parse_identity, parse_social_credit_code

CREDIT_BASE = "91110000600037341"
RESIDENT_BASE = "36042619910101007"
CREDIT = CREDIT_BASE + uscc.calc_check_digit(CREDIT_BASE)
RESIDENT = RESIDENT_BASE + ric.calc_check_digit(RESIDENT_BASE + "0")


@pytest.mark.parametrize(
    "raw", [CREDIT, CREDIT.lower(), f" {CREDIT[:8]} {CREDIT[8:]} ", f"{CREDIT[:2]}-{CREDIT[2:]}"]
)
def test_social_credit_code(raw: str) -> None:
    identity = parse_social_credit_code(raw)
    assert (identity.number, identity.is_valid, identity.problem) == (CREDIT, True, None)
    assert parse_identity("统一社会信用代码", raw) == identity
    assert parse_identity(None, raw) == identity


@pytest.mark.parametrize(
    ("raw", "number", "problem"),
    [
        (None, None, None),
        ("", None, None),
        ("无", None, None),
        ("123", None, "length"),
        ("I" * 18, None, "format"),
        (CREDIT_BASE + "0", CREDIT_BASE + "0", "checksum"),
        ("9" * 500, None, "too_long"),
        ("９１１１\x00", None, "length"),
    ],
)
def test_no_social_credit_code(raw: str | None, number: str | None, problem: str | None) -> None:
    identity = parse_social_credit_code(raw)
    assert (identity.number, identity.is_valid, identity.problem) == (number, False, problem)


@pytest.mark.parametrize("type_", ["resident_id", "身份证", "居民身份證", "ID Card", None])
def test_resident_id(type_: str | None) -> None:
    identity = parse_identity(type_, f"{RESIDENT[:6]} {RESIDENT[6:].lower()}")
    assert (identity.type, identity.number, identity.is_valid) == ("resident_id", RESIDENT, True)
    assert identity.birth_on == date(1991, 1, 1)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("123", "length"),
        ("A" * 18, "format"),
        (RESIDENT_BASE + "9", "checksum"),
        ("360426910101007", "no_check_digit"),
        ("99042619910101007" + ric.calc_check_digit("990426199101010070"), "region"),
        ("36042619911301007" + ric.calc_check_digit("360426199113010070"), "birth_date"),
    ],
)
def test_no_resident_id(raw: str, problem: str) -> None:
    identity = parse_identity("resident_id", raw)
    assert (identity.is_valid, identity.problem) == (False, problem)


@pytest.mark.parametrize(
    ("type_", "raw", "expected"),
    [
        ("passport", " e1234 5678 ", ("passport", "E12345678", None)),
        ("护照", "???", ("passport", None, None)),
        ("护照", "ABCDEF", ("passport", None, "format")),
        ("other", "H1234567(8)", ("other", "H1234567(8)", None)),
        ("军官证", "1234567", ("other", "1234567", "unknown_type")),
        (None, "1234567", ("other", "1234567", None)),
        ("\ud800", "1234567", ("other", "1234567", None)),
    ],
)
def test_other_types(
    type_: str | None, raw: str, expected: tuple[str, str | None, str | None]
) -> None:
    identity = parse_identity(type_, raw)
    assert (identity.type, identity.number, identity.problem) == expected
    assert not identity.is_valid
