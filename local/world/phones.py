"""Phones that are valid in form and clearly synthetic.

Chinese mobiles: real prefixes, then ``000`` and five digits (138 000x xxxx). Chinese landlines: the
city's real area code, then a local number that begins with 555. North America: exchange 555 (the
reserved 555-01xx first). London 020 7946 0xxx and Berlin 030 23125 xxx are kept for fiction by the
regulators.
A number is a function of its owner's slot, so two owners never share one by accident below the
size of its plan.
"""

from __future__ import annotations

from local.world.dice import Shuffle
from local.world.places import City

_PREFIXES = (
    [str(prefix) for prefix in range(130, 140)]
    + ["145", "147"]
    + ["150", "151", "152", "153", "155", "156", "157", "158", "159"]
    + ["162", "165", "166", "167", "170", "171", "172", "173", "175", "176", "177", "178"]
    + [str(prefix) for prefix in range(180, 190)]
    + ["190", "191", "192", "193", "195", "196", "197", "198", "199"]
)
_AREA_CODES_US_TEXT = """\
212 415 312 512 206 617 416 604 646 718 917 213 310 323 408 510 619 626 650 707 714 805 818 831
858 909 925 949 951 202 203 214 215 216 224 248 301 303 304 305 313 314 317 401 402 404 405 407
410 412 419 423 425 440 469 502 503 504 508 515 516 520 530 540 541 561 571 573 585 601 602 603
605 607 608 609 610 612 614 615 630 631 651 678 701 702 703 704 708 713 716 720"""
_AREA_CODES_US = tuple(_AREA_CODES_US_TEXT.split())

OWN, MOVED, FIRST_CONTACT, SECOND_CONTACT, SHARED, AGENT = range(6)
SLOTS = 6


class Phonebook:
    """Hands out the numbers of a world."""

    def __init__(self, seed: int) -> None:
        """Open the phonebook of a seed."""
        self._mobiles = Shuffle(len(_PREFIXES) * 100_000, seed, "mobile")
        self._landlines = Shuffle(100_000, seed, "landline")

    def mobile(self, customer: int, slot: int = OWN) -> str:
        """Return the Chinese mobile of a customer's slot as eleven digits."""
        size = len(_PREFIXES) * 100_000
        place = self._mobiles.place((customer * SLOTS + slot) % size)
        return f"{_PREFIXES[place // 100_000]}000{place % 100_000:05d}"

    def landline(self, customer: int, city: City) -> str:
        """Return a landline with its area code, for example ``0755-55512345``."""
        tail = city.digits - 3
        place = self._landlines.place(customer % 100_000) % 10**tail
        return f"{city.area_code}-555{place:0{tail}d}"

    def foreign(self, customer: int, slot: int, dial: str) -> str:
        """Return a number abroad in international form; ``dial`` is us, gb or de."""
        index = customer * SLOTS + slot
        place = self._landlines.place(index % 100_000)
        if dial == "gb":
            return f"+44 20 7946 0{place % 1000:03d}"
        if dial == "de":
            return f"+49 30 23125 {place % 1000:03d}"
        area = _AREA_CODES_US[index % len(_AREA_CODES_US)]
        line = index // len(_AREA_CODES_US)
        if line < 100:
            return f"+1 {area} 555 01{(line * 37 + index % len(_AREA_CODES_US) * 13) % 100:02d}"
        return f"+1 {area} 555 {1000 + line % 9000}"
