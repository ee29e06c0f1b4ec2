"""Read identity numbers: social credit codes, resident ids, passports."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from customer_hub.values.moment import parse_on
from customer_hub.values.text import clean_short, to_simplified

IdentityType = Literal["social_credit_code", "resident_id", "passport", "other"]

_TYPES: Final[dict[str, IdentityType]] = {
    "social_credit_code": "social_credit_code",
    "uscc": "social_credit_code",
    "统一社会信用代码": "social_credit_code",
    "社会信用代码": "social_credit_code",
    "营业执照": "social_credit_code",
    "resident_id": "resident_id",
    "id_card": "resident_id",
    "idcard": "resident_id",
    "身份证": "resident_id",
    "居民身份证": "resident_id",
    "二代身份证": "resident_id",
    "passport": "passport",
    "护照": "passport",
    "other": "other",
    "其他": "other",
}
_separators = re.compile("[\\s\\-\u2010-\u2015_.·]+")
_credit = re.compile("[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}").fullmatch
_resident = re.compile("[0-9]{17}[0-9X]").fullmatch
_resident_old = re.compile("[0-9]{15}").fullmatch
_passport = re.compile("(?=.*[0-9])[A-Z0-9]{6,12}").fullmatch
_other = re.compile("(?=.*[0-9])[^\\W_]{4,32}(?:[()/][^\\W_]{1,4}\\)?)?").fullmatch


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that an authority gave to a customer.

    ``is_valid`` says that its check digit proves it; a passport has none and is never ``is_valid``,
    which is no problem. A number with a wrong check digit is kept, with the problem ``checksum``.
    Other problems: ``length``, ``format``, ``birth_date``, ``region``, ``no_check_digit`` (an id of
    15 digits), ``too_long``, ``unknown_type``.
    """

    type: IdentityType
    number: str | None = None
    is_valid: bool = False
    problem: str | None = None
    birth_on: date | None = None


def parse_social_credit_code(raw: str | None) -> Identity:
    """Read a unified social credit code (18 characters, GB 32100)."""
    number, problem = _compact(raw)
    if number is None:
        return Identity("social_credit_code", problem=problem)
    if len(number) != 18:
        return Identity("social_credit_code", problem="length")
    if _credit(number) is None:
        return Identity("social_credit_code", problem="format")
    is_valid = uscc.is_valid(number)
    return Identity("social_credit_code", number, is_valid, None if is_valid else "checksum")


def parse_identity(type: str | None, raw: str | None) -> Identity:
    """Read an identity number of a type, which may be missing or in Chinese.

    Without a type, a number whose check digit proves it names its own; anything else is ``other``.
    """
    kind, problem = _read_type(type)
    if kind is None:
        kind = _guess_type(raw)
    if kind == "social_credit_code":
        return parse_social_credit_code(raw)
    number, trouble = _compact(raw)
    if number is None:
        return Identity(kind, problem=trouble)
    if kind == "resident_id":
        return _read_resident(number)
    fits = _passport(number) if kind == "passport" else _other(number)
    return Identity(kind, number if fits else None, False, problem if fits else "format")


def _compact(raw: str | None) -> tuple[str | None, str | None]:
    text, problem = clean_short(raw)
    return (_separators.sub("", text).upper() or None if text else None), problem


def _read_type(raw: str | None) -> tuple[IdentityType | None, str | None]:
    text, _ = clean_short(raw)
    if text is None:
        return None, None
    known = _TYPES.get(to_simplified(text).lower().replace(" ", "_").replace("-", "_"))
    return (known, None) if known else ("other", "unknown_type")


def _guess_type(raw: str | None) -> IdentityType:
    number, _ = _compact(raw)
    if number is not None and _resident(number) and _read_resident(number).is_valid:
        return "resident_id"
    if number is not None and _credit(number) and uscc.is_valid(number):
        return "social_credit_code"
    return "other"


def _read_resident(number: str) -> Identity:
    if _resident_old(number):
        born = parse_on("19" + number[6:12])
        problem = "no_check_digit" if born else "birth_date"
        return Identity("resident_id", number, False, problem, born)
    if len(number) != 18:
        return Identity("resident_id", problem="length")
    if _resident(number) is None:
        return Identity("resident_id", problem="format")
    born = _birth_of(number)
    if number[-1] != ric.calc_check_digit(number):
        return Identity("resident_id", number, False, "checksum", born)
    # A number keeps the code of a county that was founded later or abolished since; so only the
    # province is asked for, unlike in ric.validate.
    if number[:2] not in _PROVINCES:
        return Identity("resident_id", number, False, "region", born)
    if born is None:
        return Identity("resident_id", number, False, "birth_date")
    return Identity("resident_id", number, True, None, born)


def _birth_of(number: str) -> date | None:
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        return None
    return born if 1900 <= born.year <= 2100 else None


_PROVINCES_TEXT: Final = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 "
    "65 71 81 82 83"
)
_PROVINCES: Final = frozenset(_PROVINCES_TEXT.split())
