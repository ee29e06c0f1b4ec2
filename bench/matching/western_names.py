"""Western names of persons, streets and cities, composed from syllables with Zipf's frequencies."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

Texts = npt.NDArray[np.object_]

# Full form and what friends say, the most frequent first.
_GIVEN = """\
james:jim john:jack mary:molly robert:bob michael:mike linda:lin william:bill david:dave
patricia:pat elizabeth:liz richard:rick jennifer:jen thomas:tom susan:sue joseph:joe barbara:barb
charles:charlie margaret:peggy daniel:dan jessica:jess matthew:matt sarah:sally anthony:tony
karen:kari mark:marc nancy:nan steven:steve betty:bette andrew:andy helen:nell paul:paulie sandra:sandy
joshua:josh donna:don kenneth:ken carol:caro kevin:kev ruth:ruthie george:georgie sharon:shari
edward:ted michelle:shelly ronald:ron laura:laurie timothy:tim kimberly:kim jason:jay deborah:deb
jeffrey:jeff dorothy:dot ryan:ry amy:ames jacob:jake angela:angie nicholas:nick ashley:ash
jonathan:jon brenda:bren samuel:sam emma:em benjamin:ben anna:ann gregory:greg samantha:sammy
alexander:alex katherine:kate patrick:paddy christine:chris frank:frankie rebecca:becky
raymond:ray virginia:ginny peter:pete catherine:cathy walter:walt frances:fran harold:harry
victoria:vicky henry:hank janet:jan douglas:doug theresa:terry arthur:art abigail:abby"""
_GIVEN_STARTS_TEXT = """\
al an ar bel ca cor da del el fa ga ha is jo ka la le ma mi na no or pa ra ro sa ta va"""
_GIVEN_ENDS_TEXT = """\
ana ara dia elle ena ette ia iel ina ion ira is ius na nor on ric rin ta ven via win"""
_SURNAMES = """\
smith jones miller brown taylor walker carter baker cook clark hill wood green king turner cooper
ward bailey parker evans hughes hall moore martin white allen young wright scott adams"""
_SURNAME_STARTS_TEXT = """\
ash bar beck black brad bren burn cald car chat clay cole cran dal den dray dun east ed eld fair fen
ford gar glen gra had hal ham har haw hol hud kel kirk lan lang lin lock mar mel mer nor oak old pem
pres rad raven red rock row sal sed shel stan stock sut tal thorn tren wake wal wes whit wil win wy"""
_SURNAME_MIDS = ("", "en", "er", "ing", "ton", "mer", "der", "ley")
_SURNAME_ENDS_TEXT = """\
bank bourne bridge burg bury by combe cott croft dale den field ford gate ham hurst land ley low man
mead mere more ridge sey shaw son stead stein stone ton vale wall ward well wick wood worth"""
_SURNAME_STARTS, _SURNAME_ENDS = _SURNAME_STARTS_TEXT.split(), _SURNAME_ENDS_TEXT.split()
_STREET_TYPES = np.array(("st", "ave", "rd", "ln", "dr", "ct", "pl", "way"), dtype=object)
_STREET_SHARES = (0.3, 0.2, 0.16, 0.1, 0.1, 0.06, 0.05, 0.03)


def _zipf(count: int, exponent: float, shift: float) -> npt.NDArray[np.float64]:
    """Return the cumulative shares of ``count`` ranks."""
    shares = (np.arange(count) + shift) ** -exponent
    return np.cumsum(shares / shares.sum())


def _draw(
    rng: np.random.Generator, values: Texts, until: npt.NDArray[np.float64], count: int
) -> Texts:
    return values[np.minimum(np.searchsorted(until, rng.random(count)), values.size - 1)]


def _mix(words: list[str], head: list[str] | None = None) -> Texts:
    """Return the distinct words in a fixed random order, after those of ``head``."""
    rest = sorted(set(words) - set(head or []))
    np.random.default_rng(5).shuffle(rest)
    return np.array([*(head or []), *rest], dtype=object)


@cache
def _given_names() -> tuple[Texts, npt.NDArray[np.float64]]:
    head = [pair.partition(":")[0] for pair in _GIVEN.split()]
    names = _mix(
        [a + b for a, b in product(_GIVEN_STARTS_TEXT.split(), _GIVEN_ENDS_TEXT.split())], head
    )
    return names, _zipf(names.size, 1.05, 6)


@cache
def _surnames() -> tuple[Texts, npt.NDArray[np.float64]]:
    parts = product(_SURNAME_STARTS, _SURNAME_MIDS, _SURNAME_ENDS)
    names = _mix(["".join(part) for part in parts], _SURNAMES.split())
    return names, _zipf(names.size, 0.95, 8)


@cache
def _places() -> Texts:
    return _mix([a + b for a, b in product(_SURNAME_STARTS, _SURNAME_ENDS)])


def draw_given_names(rng: np.random.Generator, count: int) -> Texts:
    """Draw given names in full form."""
    return _draw(rng, *_given_names(), count)


def draw_surnames(rng: np.random.Generator, count: int) -> Texts:
    """Draw surnames."""
    return _draw(rng, *_surnames(), count)


def draw_streets(rng: np.random.Generator, count: int) -> Texts:
    """Draw street names with their type, without a number."""
    names = _places()
    drawn = _draw(rng, names, _zipf(names.size, 0.6, 10), count)
    named: Texts = drawn + " " + rng.choice(_STREET_TYPES, count, p=_STREET_SHARES)
    return named


def name_cities(numbers: npt.NDArray[np.int64]) -> Texts:
    """Return the name of each city; cities beyond the list get a quarter's number."""
    names = _places()
    again = numbers // names.size
    suffix = np.where(again > 0, " " + again.astype("U6").astype(object), "")
    named: Texts = names[numbers % names.size] + suffix
    return named


@cache
def nicknames() -> dict[str, str]:
    """Return the short form of the given names that have one."""
    return dict(pair.split(":") for pair in _GIVEN.split())
