"""Identity numbers that pass their check digits: social credit codes, resident ids, passports.

Nobody holds these numbers on purpose: they are drawn at random inside the valid form.
"""

from __future__ import annotations

from datetime import date
from random import Random

from stdnum.cn import ric, uscc

from local.world.places import CITIES, City

_ORG_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def draw_social_credit_code(rng: Random, region_code: str) -> str:
    """Draw a company's social credit code of a region, with both of its check digits right."""
    body = "MA" + "".join(rng.choice(_ORG_ALPHABET) for _ in range(6))
    total = sum(int(char, 36) * weight for char, weight in zip(body, _ORG_WEIGHTS, strict=True))
    check = (11 - total % 11) % 11
    number = f"91{region_code}{body}{'X' if check == 10 else check}"
    return number + uscc.calc_check_digit(number)


def spoil_social_credit_code(code: str) -> str:
    """Return the code with a wrong last character."""
    at = _ORG_ALPHABET.index(code[-1])
    return code[:-1] + _ORG_ALPHABET[(at + 1) % len(_ORG_ALPHABET)]


def draw_resident_id(rng: Random, home: City, born: date, sex: str) -> str:
    """Draw a resident id of a district of ``home``, or of elsewhere if those are newer."""
    districts = [district for district in home.districts if district.since <= born.year]
    while not districts:
        elsewhere = rng.choice(CITIES)
        districts = [district for district in elsewhere.districts if district.since <= born.year]
    serial = rng.randrange(10, 490) * 2 + (1 if sex == "m" else 0)
    number = f"{rng.choice(districts).code}{born:%Y%m%d}{serial:03d}"
    return number + ric.calc_check_digit(number + "0")


def draw_passport(rng: Random) -> str:
    """Draw a passport number: a letter and eight digits."""
    return rng.choice("EGPX") + f"{rng.randrange(10**8):08d}"


def draw_foreign_registration(rng: Random) -> str:
    """Draw the register number of a company outside China."""
    return f"HR{rng.randrange(10**7):07d}"
