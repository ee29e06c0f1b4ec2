"""What each channel's clerks write down, and how they distort it."""

from __future__ import annotations

from local.world.dice import Weighted

CHANNELS = ("shop", "crm", "support", "pos")

# The share in 1/100 of records in which a channel holds a field at all: persons/organisations.
_HELD_TABLE = """\
field     shop     crm    support  pos
mobile    88/85    90/72  66/62    96/85
phone     0/0      20/85  15/55    12/60
mail      100/100  72/70  95/95    40/40
address   82/85    75/88  35/45    72/82
identity  8/45     35/75  0/0      30/75
born      35/0     50/0   0/0      75/0
level     30/40    90/95  0/0      90/90
payment   45/40    70/85  0/0      0/0
extras    25/25    70/80  40/40    50/50"""
# How a name is written, in 1/100.
_PERSON_TABLE = """\
how          shop  crm  support  pos
as_is        74    87   66       83
pinyin       11    2    15       1
swapped      3     2    2        0
title        2     3    5        5
nickname     4     0    5        1
traditional  3     3    3        2
full_width   0     0    0        3
typo         3     3    4        5"""
_COMPANY_TABLE = """\
how          shop  crm  support  pos
as_is        55    80   48       62
vary         33    13   40       26
traditional  3     2    3        2
full_width   0     0    0        4
typo         3     2    4        4
department   4     0    4        2
former       2     3    1        0"""


def _read(table: str) -> dict[str, list[tuple[str, str]]]:
    """Return the (row name, cell) pairs of each channel's column."""
    _, *rows = (line.split() for line in table.splitlines())
    return {
        channel: [(row[0], row[column]) for row in rows]
        for column, channel in enumerate(CHANNELS, start=1)
    }


def _read_weights(table: str) -> dict[str, Weighted[str]]:
    return {
        channel: Weighted([(how, float(cell)) for how, cell in cells])
        for channel, cells in _read(table).items()
    }


def _read_shares(table: str) -> dict[str, dict[str, tuple[float, float]]]:
    shares: dict[str, dict[str, tuple[float, float]]] = {}
    for channel, cells in _read(table).items():
        shares[channel] = {}
        for name, cell in cells:
            person, organisation = cell.split("/")
            shares[channel][name] = int(person) / 100, int(organisation) / 100
    return shares


HELD = _read_shares(_HELD_TABLE)
HOW_PERSON = _read_weights(_PERSON_TABLE)
HOW_COMPANY = _read_weights(_COMPANY_TABLE)
