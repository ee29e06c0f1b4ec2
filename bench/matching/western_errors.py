"""What goes wrong between a person and the record: typos, nicknames, swaps, moves, gaps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from bench.matching import western_names
from bench.matching.western_names import Texts

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TYPOS = {"given_name": 0.05, "surname": 0.06, "street": 0.06, "mail": 0.035}
_GAPS = {"given_name": 0.01, "surname": 0.01, "birth_date": 0.15, "phone": 0.24, "mail": 0.34}
_NO_ADDRESS, _MOVED = 0.15, 0.12
_NICKNAME, _INITIAL, _SWAPPED, _MARRIED = 0.07, 0.025, 0.02, 0.02
_NEW_PHONE, _NEW_MAIL = 0.09, 0.14
_FIRST_OF_JANUARY, _DAY_AS_MONTH, _WRONG_DIGIT = 0.02, 0.015, 0.02
_PLACE = ("street", "city", "postcode")


def distort(
    rng: np.random.Generator, columns: dict[str, Texts], elsewhere: dict[str, Texts]
) -> None:
    """Change records in place; ``elsewhere`` holds as many strangers: new numbers and addresses."""
    count = columns["surname"].size

    def some(share: float) -> npt.NDArray[np.bool_]:
        return rng.random(count) < share

    for names, share in (
        (("phone",), _NEW_PHONE),
        (("mail",), _NEW_MAIL),
        (("surname",), _MARRIED),
        (_PLACE, _MOVED),
    ):
        chosen = some(share)
        for name in names:
            columns[name][chosen] = elsewhere[name][chosen]
    short = western_names.nicknames()
    _change(columns["given_name"], some(_NICKNAME), lambda name: short.get(name, name))
    _change(columns["given_name"], some(_INITIAL), lambda name: name[0])
    for name, share in _TYPOS.items():
        _mistype(rng, columns[name], some(share))
    swapped = some(_SWAPPED)
    given, surname = columns["given_name"], columns["surname"]
    given[swapped], surname[swapped] = surname[swapped], given[swapped].copy()
    _distort_birth_dates(rng, columns["birth_date"], some)
    for name, share in _GAPS.items():
        columns[name][some(share)] = None
    gone = some(_NO_ADDRESS)
    for name in _PLACE:
        columns[name][gone] = None


def _change(values: Texts, chosen: npt.NDArray[np.bool_], change: Callable[[str], str]) -> None:
    values[chosen] = [change(value) for value in values[chosen]]


def _mistype(rng: np.random.Generator, values: Texts, chosen: npt.NDArray[np.bool_]) -> None:
    """Drop, double, swap or replace one character of each chosen value."""
    where = np.flatnonzero(chosen)
    kinds = rng.integers(0, 4, where.size).tolist()
    places = rng.random(where.size).tolist()
    letters = rng.integers(0, len(_LETTERS), where.size).tolist()
    for row, kind, place, letter in zip(where.tolist(), kinds, places, letters, strict=True):
        text = values[row]
        at = int(place * len(text))
        if kind == 0 and len(text) > 2:
            values[row] = text[:at] + text[at + 1 :]
        elif kind == 1:
            values[row] = text[:at] + text[at] + text[at:]
        elif kind == 2 and at + 1 < len(text):
            values[row] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        else:
            values[row] = text[:at] + _LETTERS[letter] + text[at + 1 :]


def _distort_birth_dates(
    rng: np.random.Generator, dates: Texts, some: Callable[[float], npt.NDArray[np.bool_]]
) -> None:
    _change(dates, some(_FIRST_OF_JANUARY), lambda date: date[:5] + "01-01")
    _change(
        dates,
        some(_DAY_AS_MONTH),
        lambda date: f"{date[:5]}{date[8:]}-{date[5:7]}" if date[8:] <= "12" else date,
    )
    chosen = some(_WRONG_DIGIT)
    # The last digit of the year, the month's within its ten, or the day's below 28.
    parts = rng.integers(0, 2, int(chosen.sum())).tolist()
    digits = rng.integers(0, 10, int(chosen.sum())).tolist()
    dates[chosen] = [
        date[:3] + str(digit) + date[4:] if part == 0 else date[:8] + f"{1 + digit:02d}"
        for date, part, digit in zip(dates[chosen], parts, digits, strict=True)
    ]
