"""The smallest unit of a currency: what "to the cent" means for an amount."""

from decimal import Decimal
from typing import Final

# ISO 4217; every other currency has two digits.
_DIGITS: Final = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}  # fmt: skip


def find_unit(currency_code: str | None) -> Decimal:
    """Return the smallest amount of a currency: 0.01 for CNY and where it is unknown, 1 for JPY."""
    return Decimal(1).scaleb(-_DIGITS.get(currency_code or "", 2))


def fits_unit(amount: Decimal, currency_code: str | None) -> bool:
    """Tell whether an amount can be paid in its currency: no yen has a half."""
    return amount % find_unit(currency_code) == 0
