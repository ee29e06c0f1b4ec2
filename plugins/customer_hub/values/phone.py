"""Read phone numbers to E.164, Chinese ones by their own plan and others by phonenumbers."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from customer_hub.values.text import clean_short

PhoneType = Literal["mobile", "phone"]

_extension = re.compile(
    r"[\s,;(\-]*(?:转接?|分机号?|ext(?:ension)?\.?|x|#)[\s:.\-]*([0-9]{1,6})\)?$", re.IGNORECASE
)
_dashed_extension = re.compile(r"^((?:\+?86-?)?0[0-9]{2,3}-?[0-9]{7,8})-([0-9]{1,6})$")
_label = re.compile(
    r"^(?:手机号?码?|联系电话|电话号?码?|固定电话|固话|座机|传真|移动电话|tel(?:ephone)?|phone|mobile|mob|"
    r"cell|fax|t|m|f)\s*[.:]\s*",
    re.IGNORECASE,
)
_several = re.compile(r"\s*[/;、|,]\s*|\s+或\s*|或")
_MASKS = "*xX×●•∗＊#?"
_mask_run = re.compile(f"[{re.escape(_MASKS)}]+")
_separators = re.compile("[\\s\\-.()\u2010-\u2015_]+")
_allowed = re.compile(f"\\+?[0-9{re.escape(_MASKS)}]+").fullmatch

CHINESE_MOBILE = "1[3-9][0-9]{9}"
_mobile = re.compile(CHINESE_MOBILE).fullmatch
CHINESE_LINE = "(?:10|2[0-57-9])[2-9][0-9]{7}|[3-9][0-9]{2}[2-9][0-9]{6,7}|[48]00[0-9]{7}"
"""Chinese lines and service numbers, area code and number without the trunk 0."""
_line = re.compile(CHINESE_LINE).fullmatch


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone number.

    ``masked`` is set instead of ``e164`` when a marketplace hid digits (``138****1234``: as many
    stars as digits are missing). ``country`` is where the number belongs (ISO alpha-2).
    ``problem`` is ``too_long``, ``format``, ``invalid``, ``no_area_code``, ``masked``, or
    ``several`` (the first of several numbers was read).
    """

    e164: str | None = None
    type: PhoneType | None = None
    extension: str | None = None
    masked: str | None = None
    country: str | None = None
    problem: str | None = None


def parse_phone(raw: str | None, country: str = "CN") -> Phone:
    """Read a phone number as people write it: +86, 0086, dashes, full width, 转8001.

    Args:
        raw: the value as it came.
        country: where a number without a country code is dialled (ISO alpha-2).
    """
    text, problem = clean_short(raw)
    if text is None:
        return Phone(problem=problem)
    return _parse(text, country.upper())


def masks_match(masked: str | None, e164: str | None) -> bool:
    """Tell whether a masked number can be the given full one: compatible, which is not equal."""
    if not masked or not e164 or not e164.startswith("+"):
        return False
    shown = masked.removeprefix("+")
    digits = e164[1:]
    national = digits[2:] if digits.startswith("86") else digits
    return any(_fits(shown, number) for number in (national, "0" + national, digits))


def _fits(masked: str, number: str) -> bool:
    if len(masked) != len(number):
        return False
    return all(shown in ("*", digit) for shown, digit in zip(masked, number, strict=True))


@lru_cache(maxsize=65_536)
def _parse(text: str, country: str) -> Phone:
    text = _label.sub("", text)
    first, *others = [part for part in _several.split(text) if part] or [""]
    phone = _read_one(first if not _is_only_extension(others) else text, country)
    if others and phone.problem is None and not _is_only_extension(others):
        return Phone(phone.e164, phone.type, phone.extension, None, phone.country, "several")
    return phone


def _is_only_extension(others: list[str]) -> bool:
    return len(others) == 1 and _extension.fullmatch(others[0]) is not None


def _read_one(text: str, country: str) -> Phone:
    number, extension = _split_extension(text)
    compact = _separators.sub("", number.replace("(0)", ""))
    if _allowed(compact) is None:
        return Phone(country=None, problem="format")
    if _mask_run.search(compact):
        return _read_masked(compact)
    compact = re.sub("^00(?=[1-9])", "+", compact)
    chinese = _chinese_national(compact, country)
    if chinese is not None:
        return _read_chinese(chinese, extension)
    phone = _read_foreign(compact, country, extension)
    if phone.e164 is None and _mobile(compact):
        # A customer abroad may well have a Chinese mobile.
        return _read_chinese(compact, extension)
    return phone


def _split_extension(text: str) -> tuple[str, str | None]:
    match = _extension.search(text)
    # "138xxxx1234" is a mask and no extension: one needs a whole number before it.
    if match is not None and len(re.sub("[^0-9]", "", text[: match.start()])) >= 7:
        return text[: match.start()], match[1]
    match = _dashed_extension.match(text.replace(" ", "-").replace("(", "").replace(")", "-"))
    return (match[1], match[2]) if match else (text, None)


def _chinese_national(compact: str, country: str) -> str | None:
    """Return the digits of a Chinese number without country code and trunk 0; None if foreign."""
    if compact.startswith("+86"):
        return compact[3:].removeprefix("0")
    if compact.startswith("+") or country != "CN":
        return None
    national = compact.removeprefix("0")
    if compact.startswith("86") and not _mobile(compact):
        rest = compact[2:].removeprefix("0")
        if _is_chinese_number(rest):
            return rest
    return national


def _is_chinese_number(national: str) -> bool:
    return bool(_mobile(national) or _line(national))


def _read_chinese(national: str, extension: str | None) -> Phone:
    if _mobile(national):
        return Phone(f"+86{national}", "mobile", extension, None, "CN", None)
    if _line(national):
        return Phone(f"+86{national}", "phone", extension, None, "CN", None)
    is_local = 7 <= len(national) <= 8 and national[:1] in "23456789"
    return Phone(country="CN", problem="no_area_code" if is_local else "invalid")


def _read_masked(compact: str) -> Phone:
    compact = re.sub(r"^(?:\+86|0086|86(?=1[3-9*]))0?", "", compact)
    runs = _mask_run.findall(compact)
    digits = len(compact) - sum(map(len, runs))
    if compact[0] in "+0123456789" and digits >= 3 and len(runs) == 1:
        is_mobile = re.match("1[3-9]", compact) is not None
        # However many stars were typed, a mobile number has eleven digits.
        width = 11 - digits if is_mobile and digits < 11 else len(runs[0])
        shown = _mask_run.sub("*" * width, compact)
        if 7 <= len(shown) <= 16:
            kind: PhoneType | None = "mobile" if is_mobile else None
            return Phone(type=kind, masked=shown, country="CN", problem="masked")
    return Phone(problem="format")


def _read_foreign(compact: str, country: str, extension: str | None) -> Phone:
    if not 5 <= len(compact) <= 18:
        return Phone(problem="invalid")
    # Imported at the first foreign number; its metadata is read country by country.
    import phonenumbers

    try:
        number = phonenumbers.parse(compact, country)
    except phonenumbers.NumberParseException:
        return Phone(problem="invalid")
    if not phonenumbers.is_valid_number(number):
        return Phone(problem="invalid")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(number)
    return Phone(
        e164=e164,
        type="mobile" if kind == phonenumbers.PhoneNumberType.MOBILE else "phone",
        extension=extension,
        country=phonenumbers.region_code_for_number(number),
    )
