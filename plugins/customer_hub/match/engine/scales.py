"""What each comparison can say of two values, and how often that is usual.

A level's place in its scale is its number in patterns: 0 is missing, 1 is equal, and of several
values the level with the smallest number counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MISSING, EQUAL = 0, 1


@dataclass(frozen=True, slots=True)
class Scale:
    """The levels of one kind of comparison.

    Attributes:
        levels: names, in the order of their numbers.
        usual_m: how often each level is met between records of one customer, in 1/1000: what a
            training starts from, and falls back on where a file says too little.
        usual_u: the same between records of two customers, in 1/1,000,000.
        is_frequent: equality of a rare value says more than of a frequent one.
        is_reach: a household or an office shares it, so it counts less under another's name.
        naming: by how much rarer than its frequency chance agreement is, for what an authority
            gives to one only (a registered name, a number).
        most_different: how often records of one customer differ, in 1/1000, at most: training must
            not take households for customers because there are more of them.
        fixed: levels whose weight (1/1000 bit) is a rule of the business and not learned.
    """

    levels: tuple[str, ...]
    usual_m: tuple[int, ...]
    usual_u: tuple[int, ...]
    is_frequent: bool = False
    is_reach: bool = False
    naming: int = 1
    most_different: int = 1000
    fixed: Mapping[str, int] = field(default_factory=dict)

    def number(self, level: str) -> int:
        """Return the number of a level."""
        return self.levels.index(level)


SCALES: dict[str, Scale] = {
    "family": Scale(
        ("missing", "equal", "pinyin", "homophone", "close", "near", "swapped", "different"),
        (0, 850, 20, 10, 50, 20, 20, 30),
        (0, 10_000, 500, 2_000, 2_000, 15_000, 20, 970_000),
        is_frequent=True,
    ),
    "given": Scale(
        ("missing", "equal", "pinyin", "homophone", "nickname", "part", "initial", "close", "near",
         "different"),
        (0, 740, 20, 20, 40, 30, 20, 60, 30, 40),
        (0, 5_000, 300, 1_000, 500, 2_000, 20_000, 3_000, 30_000, 940_000),
        is_frequent=True,
        most_different=150,
    ),
    "company": Scale(
        ("missing", "equal", "placeless", "pinyin", "brand", "close", "near", "place_differs",
         "sister", "branch", "different"),
        (0, 550, 120, 20, 80, 120, 80, 5, 5, 2, 20),
        (0, 100, 100, 50, 500, 500, 10_000, 100, 300, 100, 980_000),
        is_frequent=True,
        naming=8,
        fixed={"sister": -22_000, "branch": -26_000},
        most_different=100,
    ),
    "phone": Scale(
        ("missing", "equal", "shared", "masked", "tail", "different"),
        (0, 700, 50, 20, 30, 200),
        (0, 50, 200, 100, 50, 999_000),
        is_reach=True,
        most_different=500,
    ),
    "mail": Scale(
        ("missing", "equal", "shared", "local", "close", "domain", "different"),
        (0, 700, 40, 60, 80, 20, 100),
        (0, 50, 200, 50, 100, 2_000, 997_000),
        is_reach=True,
        most_different=600,
    ),
    "identity": Scale(
        ("missing", "equal", "close", "different", "veto"),
        (0, 960, 20, 18, 1),
        (0, 1, 10, 900_000, 99_000),
        naming=8,
        most_different=50,
    ),
    "birth": Scale(
        ("missing", "equal", "close", "default_day", "near", "different"),
        (0, 800, 100, 10, 50, 40),
        (0, 60, 800, 500, 30_000, 968_000),
        is_frequent=True,
        most_different=300,
    ),
    "address": Scale(
        ("missing", "equal", "close", "road", "near", "different"),
        (0, 550, 150, 80, 60, 160),
        (0, 100, 100, 500, 5_000, 994_000),
        is_frequent=True,
        is_reach=True,
    ),
    "region": Scale(
        ("missing", "equal", "city", "province", "different"),
        (0, 700, 100, 60, 140),
        (0, 5_000, 10_000, 50_000, 935_000),
        is_frequent=True,
    ),
    "city": Scale(
        ("missing", "equal", "close", "different"),
        (0, 750, 100, 150),
        (0, 10_000, 2_000, 988_000),
        is_frequent=True,
    ),
    "postcode": Scale(
        ("missing", "equal", "close", "different"),
        (0, 750, 100, 150),
        (0, 1_000, 10_000, 989_000),
        is_frequent=True,
    ),
    "category": Scale(
        ("missing", "equal", "different"),
        (0, 850, 150),
        (0, 200_000, 800_000),
        is_frequent=True,
    ),
    "text": Scale(
        ("missing", "equal", "close", "near", "different"),
        (0, 600, 150, 100, 150),
        (0, 1_000, 1_000, 10_000, 988_000),
        is_frequent=True,
    ),
}  # fmt: skip
"""Kind of comparison -> its scale."""
