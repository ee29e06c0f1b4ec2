"""Read an amount of money to numeric(18,4)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from customer_hub.values.text import clean

_STEP: Final = Decimal("0.0001")
_LIMIT: Final = Decimal(10) ** 14
_MAX_LENGTH: Final = 60

_currency = re.compile(
    r"^(?:CNY|RMB|USD|EUR|GBP|HKD|人民币|CN¥|US\$|HK\$|[¥$€£])|(?:CNY|RMB|元整?|圆整?)$"
)
_plain = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+").fullmatch
_scientific = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}").fullmatch
_grouped = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?").fullmatch
_grouped_by_dot = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}").fullmatch
_UNITS: Final = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


def parse_amount(raw: str | None) -> Decimal | None:
    """Read an amount; four decimals, rounded half up, or None when it is none or does not fit.

    Takes ``1,234.50``, full-width digits, a currency sign or name before or after, 万 and 亿, and
    a pair of brackets for a negative amount.
    """
    if raw is None or len(raw) > _MAX_LENGTH:
        return None
    text = clean(raw)
    if text is None:
        return None
    text = text.replace(" ", "").replace("，", ",")
    is_negative = text.startswith("(") and text.endswith(")")
    if is_negative:
        text = text[1:-1]
    sign = "-" if text.startswith("-") else ""
    text = sign + _currency.sub("", _currency.sub("", text.removeprefix("-")))
    unit = _UNITS.get(text[-1:], Decimal(1))
    number = _read(text if unit == 1 else text[:-1])
    if number is None or (is_negative and sign):
        return None
    return _fit(-number * unit if is_negative else number * unit)


def _read(text: str) -> Decimal | None:
    if _grouped(text):
        text = text.replace(",", "")
    elif _grouped_by_dot(text):
        text = text.replace(".", "").replace(",", ".")
    if _plain(text) or _scientific(text):
        return Decimal(text)
    return None


def _fit(number: Decimal) -> Decimal | None:
    if abs(number) >= _LIMIT:
        return None
    fitted = number.quantize(_STEP, rounding=ROUND_HALF_UP)
    if abs(fitted) >= _LIMIT:
        return None
    return fitted if fitted else abs(fitted)
