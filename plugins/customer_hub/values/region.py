"""China's administrative divisions (GB/T 2260): codes, full names, and the names people write.

The table is the one that python-stdnum ships; the years behind its names tell which are in force.
Divisions that were abolished are known by name only, so that an old address still finds its city.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

Level = Literal["province", "city", "district"]

# Provinces that are one city themselves: the four municipalities, Hong Kong and Macao.
CITY_PROVINCES: Final = frozenset({"11", "12", "31", "50", "81", "82"})

# In force, but not yet in the table (Hangzhou, 2021); and entries of it that are not.
_ADDED: Final = {"330113": "临平区", "330114": "钱塘区"}
_DROPPED: Final = frozenset({"422900", "422921", "429001"})
_PLACEHOLDERS: Final = frozenset({"市辖区", "县", "省直辖县级行政单位", "自治区直辖县级行政单位"})
# ISO 3166-2:CN letters, as web shops send them.
_ISO_LETTERS: Final = {
    "BJ": "11", "TJ": "12", "HE": "13", "SX": "14", "NM": "15", "LN": "21", "JL": "22",
    "HL": "23", "SH": "31", "JS": "32", "ZJ": "33", "AH": "34", "FJ": "35", "JX": "36",
    "SD": "37", "HA": "41", "HB": "42", "HN": "43", "GD": "44", "GX": "45", "HI": "46",
    "CQ": "50", "SC": "51", "GZ": "52", "YN": "53", "XZ": "54", "SN": "61", "GS": "62",
    "QH": "63", "NX": "64", "XJ": "65", "TW": "71", "HK": "81", "MO": "82",
}  # fmt: skip
_LATIN_PROVINCES: Final = {
    "shaanxi": "61", "innermongolia": "15", "tibet": "54", "hongkong": "81", "macau": "82",
    "macao": "82", "taiwan": "71",
}  # fmt: skip
# 陕西 and 山西 are spelt alike without tones: "shanxi" is 山西 by convention.
_NOT_LATIN: Final = frozenset({"610000"})

_years = re.compile(r"(?:\[(\d*)-(\d*)\])?(.+)")
_nation = (
    "(?:壮族|回族|维吾尔|土家族|苗族|藏族|羌族|彝族|哈尼族|傣族|白族|景颇族|傈僳族|布依族|侗族|"
    "朝鲜族|蒙古族|蒙古|哈萨克|柯尔克孜|满族|瑶族|黎族)*"
)
_suffix = re.compile(f"{_nation}(?:特别行政区|自治区|自治州|地区|省|市|盟)$")
_district_suffix = re.compile(r"(?:新区|区|县|市|旗)$")


@dataclass(frozen=True, slots=True)
class Region:
    """One division: its six digits, its full name, the two divisions above it."""

    code: str
    name: str
    level: Level
    province_code: str
    city_code: str | None
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class _Table:
    by_code: dict[str, Region]
    by_name: dict[str, tuple[Region, ...]]
    lengths: dict[str, tuple[int, ...]]


def find_region(code: str) -> Region | None:
    """Return the division of a six-digit code that is in force, or None."""
    return _table().by_code.get(code)


def find_named(name: str) -> tuple[Region, ...]:
    """Return the divisions that a name can mean, full (深圳市) or short (深圳), by code.

    Districts have short names too, except where one character would be left.
    """
    return _table().by_name.get(name, ())


def find_latin(name: str) -> tuple[Region, ...]:
    """Return provinces and cities in Latin letters (``Guangdong``, ``CN-GD``, ``Shenzhen``)."""
    key = name.upper().removeprefix("CN-")
    if key in _ISO_LETTERS:
        return (_table().by_code[_ISO_LETTERS[key] + "0000"],)
    return _latin_names().get(re.sub("[^a-z]", "", _without_latin_level(name.lower())), ())


def match_prefix(text: str) -> tuple[tuple[str, tuple[Region, ...]], ...]:
    """Return every division name that the text begins with, the longest first."""
    table = _table()
    found = []
    for length in table.lengths.get(text[:2], ()):
        regions = table.by_name.get(text[:length], ())
        if regions and length <= len(text):
            found.append((text[:length], regions))
    return tuple(found)


def province_of(region_code: str | None) -> str | None:
    """Return the full name of the province that a six-digit code lies in (广东省), or None."""
    region = find_region(region_code) if region_code else None
    return _table().by_code[region.province_code].name if region else None


def city_of(region_code: str | None) -> str | None:
    """Return the full name of the city that a six-digit code lies in (深圳市), or None.

    A municipality is its own city; so is a county-level city right under a province (仙桃市).
    """
    region = find_region(region_code) if region_code else None
    if region is None or region.city_code is None:
        return None
    return _table().by_code[region.city_code].name


def shorten(name: str) -> str:
    """Return a province's or city's name without the word for its level (深圳市 as 深圳)."""
    # The people's name belongs to 内蒙古 itself and is no word for its level.
    short = "内蒙古" if name.startswith("内蒙古") else _suffix.sub("", name)
    return short if len(short) >= 2 else name


def _without_latin_level(name: str) -> str:
    return re.sub(
        r"\b(?:province|city|shi|sheng|municipality|autonomous region|prefecture|sar)\b", "", name
    )


@cache
def _table() -> _Table:
    current, former = _read_package()
    by_code = {code: _place(code, name) for code, name in sorted(current.items())}
    by_name: dict[str, list[Region]] = {}
    for region in by_code.values():
        for name in sorted(_names_of(region)):
            by_name.setdefault(name, []).append(region)
    for code, name in sorted(former):
        region = _place(code, name, known=by_code)
        if not any(other.province_code == region.province_code for other in by_name.get(name, [])):
            by_name.setdefault(name, []).append(region)
    return _Table(
        by_code=by_code,
        by_name={name: tuple(regions) for name, regions in by_name.items()},
        lengths=_measure(by_name),
    )


def _measure(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return how long the names that begin with two given characters are, the longest first."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[:2], set()).add(len(name))
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


def _read_package() -> tuple[dict[str, str], set[tuple[str, str]]]:
    from stdnum import numdb

    from customer_hub.values.text import to_simplified

    current: dict[str, str] = dict(_ADDED)
    former: set[tuple[str, str]] = set()
    for _, province, _, _, counties in numdb.get("cn/loc").prefixes:
        for _, low, _, properties, _ in counties:
            code = province + low
            for entry in properties["county"].split(","):
                match = _years.fullmatch(entry)
                name = to_simplified(match[3]) if match else ""
                if not name or name in _PLACEHOLDERS or code in _DROPPED:
                    continue
                if match and match[2]:
                    former.add((code, name))
                else:
                    current[code] = name
    return current, {(code, name) for code, name in former if not code.endswith("00")}


def _place(code: str, name: str, known: dict[str, Region] | None = None) -> Region:
    province = code[:2] + "0000"
    if code.endswith("0000"):
        own = code if code[:2] in CITY_PROVINCES else None
        return Region(code, name, "province", province, own)
    if code.endswith("00"):
        return Region(code, name, "city", province, code)
    if code[:2] in CITY_PROVINCES:
        city: str | None = province
    elif code[2:4] == "90":
        # Right under the province, with no prefecture between: it is its own city.
        city = code
    else:
        city = code[:4] + "00"
    if known is not None:
        return Region(code, name, "district", province, city if city in known else None, False)
    return Region(code, name, "city" if city == code else "district", province, city)


def _names_of(region: Region) -> set[str]:
    names = {region.name}
    if region.level == "district" or region.name.endswith(("林区", "县")):
        short = _district_suffix.sub("", region.name)
    else:
        short = shorten(region.name)
    if len(short) >= 2:
        names.add(short)
    return names


@cache
def _latin_names() -> dict[str, tuple[Region, ...]]:
    from customer_hub.values.text import to_pinyin

    by_code = _table().by_code
    found: dict[str, list[Region]] = {}
    for region in by_code.values():
        if region.level != "district" and region.code not in _NOT_LATIN:
            latin = to_pinyin(shorten(region.name), is_name=False).replace(" ", "")
            found.setdefault(latin, []).append(region)
    for latin, province in _LATIN_PROVINCES.items():
        found[latin] = [by_code[province + "0000"]]
    return {latin: tuple(regions) for latin, regions in found.items()}
