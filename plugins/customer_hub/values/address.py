"""Read an address: one line or separate fields, to full division names and the GB/T 2260 code."""

import re
from dataclasses import dataclass

from customer_hub.values import code, region
from customer_hub.values.region import Region
from customer_hub.values.region import city_of as city_of
from customer_hub.values.region import province_of as province_of
from customer_hub.values.text import clean, clean_short, has_cjk, to_simplified

# A street named after a place is no place (南京东路), and 朝阳 in 朝阳区 is no city.
_goes_on = re.compile(
    "[东西南北中]?[一二三四五]?(?:路|街|大道|大街|道|巷|弄|胡同)|[省市区县镇乡州盟旗]"
).match
_han_gap = re.compile("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff0-9])|(?<=[0-9]) (?=[\u3400-\u9fff])")
_postcode_label = re.compile(r"[(\s,;]*(?:邮政编码|邮编|[Pp]ostcode|ZIP)[:\s]*([0-9]{6})\)?")
_postcode_edge = re.compile(r"^([0-9]{6})(?=[\s,\u3400-\u9fff])|(?<=[\s,\u3400-\u9fff])([0-9]{6})$")
_country_prefix = re.compile("^(?:中华人民共和国|中国)[,\\s]*")
_edges = " ,，、;；:-/."

_town = re.compile("^[\u3400-\u9fff]{1,8}?(?:街道|(?<![市城])镇|乡)(?!路|街|大|[0-9])")
_road_zh = re.compile(
    "([\u3400-\u9fffA-Za-z0-9]{1,14}?(?:大道|大街|公路|胡同|环路|路|街(?!道)|道(?!路)|巷|弄|里(?=[0-9])))"
    "(?:([东西南北中])段)?"
)
_number_zh = re.compile(
    "^[^0-9一二三四五六七八九十]{0,4}?([0-9]+(?:[-之][0-9]+)?|[一二三四五六七八九十百]+)(?:号|弄|#|$)"
)
_road_en = re.compile(
    r"\b([0-9]+[A-Za-z]?)?,?\s*((?:[^\W\d_][\w.'-]*\s+){1,4}?"
    r"(?:road|rd|street|st|avenue|ave|boulevard|blvd|lane|ln|drive|dr|highway|hwy|way))\b",
    re.IGNORECASE,
)
_apart = re.compile(r"(?<=[0-9])[\W_]+(?=[0-9])")
_noise = re.compile(r"[^\w-]+|_|(?<![0-9])-|-(?![0-9])")
_counted = re.compile(
    "(?<![零一二三四五六七八九十百])(?=[一二三四五六七八九十百])"
    "((?:[一二三四五六七八九]?百)?零?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?)"
    "(?=[号弄栋幢座楼层室单])"
)
_road_words = {
    "road": "rd", "street": "st", "avenue": "ave", "boulevard": "blvd", "lane": "ln",
    "drive": "dr", "highway": "hwy",
}  # fmt: skip
_road_word = re.compile(rf"\b({'|'.join(_road_words)})\b")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_GREATER_CHINA = {"81": "HK", "82": "MO", "71": "TW"}


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address.

    ``region_code`` is the most exact GB/T 2260 code that is certain; ``road`` and ``number`` are
    the comparable parts of the street. ``problem`` is ``too_long``, ``unknown_region``,
    ``ambiguous_region``, ``former_region`` or ``conflict`` (the fields contradict each other); it
    may stand beside what could be read.
    """

    country_code: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    street: str | None = None
    postcode: str | None = None
    region_code: str | None = None
    raw: str | None = None
    road: str | None = None
    number: str | None = None
    problem: str | None = None


def parse_address(
    raw: str | None = None,
    *,
    country: str | None = None,
    province: str | None = None,
    city: str | None = None,
    district: str | None = None,
    street: str | None = None,
    postcode: str | None = None,
) -> Address:
    """Read an address from one line, from fields, or from both (fields first).

    Chinese divisions come back with their full names (广东 as 广东省) and missing upper ones are
    filled in; outside China the fields pass cleaned. What the line says beyond the divisions is the
    street.
    """
    line, line_problem = _clean_part(raw)
    fields: list[str | None] = []
    problem = line_problem
    for value in (province, city, district, street):
        part, part_problem = _clean_part(value)
        fields.append(part)
        problem = problem or part_problem
    province, city, district, street = fields
    if problem:
        return Address(problem=problem)
    line, found_postcode = _take_postcode(line)
    postcode_text = clean_short(postcode)[0] or found_postcode
    country_code = code.parse_country(country)
    if not any((line, province, city, district, street, country_code, postcode_text)):
        return Address()
    if not _is_chinese(country_code, (line, province, city, district, street)):
        return _read_foreign(country_code, line, fields, postcode_text)
    return _read_chinese(line, (province, city, district), street, postcode_text)


def _clean_part(value: str | None) -> tuple[str | None, str | None]:
    text, problem = clean_short(value)
    if text is not None and has_cjk(text):
        text = _han_gap.sub("", to_simplified(text))
    return text, problem


def _take_postcode(line: str | None) -> tuple[str | None, str | None]:
    if line is None or not has_cjk(line):
        return line, None
    match = _postcode_label.search(line) or _postcode_edge.search(line)
    if match is None:
        return line, None
    found = next(group for group in match.groups() if group)
    rest = (line[: match.start()] + line[match.end() :]).strip(_edges)
    return rest or None, found


def _is_chinese(country_code: str | None, parts: tuple[str | None, ...]) -> bool:
    if country_code in ("CN", "HK", "MO", "TW"):
        return True
    if country_code is not None:
        return False
    return any(part and (has_cjk(part) or region.find_latin(part)) for part in parts)


def _read_foreign(
    country_code: str | None,
    line: str | None,
    fields: list[str | None],
    postcode: str | None,
) -> Address:
    province, city, district, street = fields
    street = street or line
    shown = line or ", ".join(part for part in (street, district, city, province) if part) or None
    road, number = _split_street(street)
    return Address(
        country_code=country_code,
        province=province,
        city=city,
        district=district,
        street=street,
        postcode=postcode.upper() if postcode else None,
        raw=shown,
        road=road,
        number=number,
    )


def _read_chinese(
    line: str | None,
    fields: tuple[str | None, str | None, str | None],
    street: str | None,
    postcode: str | None,
) -> Address:
    place: Region | None = None
    problem: str | None = None
    kept: list[str | None] = [None, None, None]
    for position, name in enumerate(fields):
        if name is None:
            continue
        place, trouble = _narrow(place, name, position)
        problem = problem or trouble
        if trouble in ("unknown_region", "ambiguous_region", "conflict"):
            kept[position] = name
    rest_of_line, place, trouble = _take_divisions(line, place)
    problem = problem or trouble
    rest_of_street, place, trouble = _take_divisions(street, place)
    problem = problem or trouble
    street = rest_of_street or rest_of_line
    province, city, district = _name_levels(place, kept)
    if place is None and problem is None and (line or street):
        problem = "unknown_region"
    road, number = _split_street(street)
    parts = [province, city if city != province else None, district, street]
    if district == city:
        parts[2] = None
    return Address(
        country_code=_GREATER_CHINA.get(place.code[:2], "CN") if place else "CN",
        province=province,
        city=city,
        district=district,
        street=street,
        postcode=postcode if postcode and re.fullmatch("[0-9]{6}", postcode) else None,
        region_code=_code_of(place),
        raw=line or "".join(part for part in parts if part) or None,
        road=road,
        number=number,
        problem=problem,
    )


def _name_levels(
    place: Region | None, kept: list[str | None]
) -> tuple[str | None, str | None, str | None]:
    if place is None:
        return kept[0], kept[1], kept[2]
    province = region.province_of(place.province_code)
    city = region.city_of(place.city_code) or kept[1]
    district = place.name if place.level == "district" else kept[2]
    return province, city, district


def _code_of(place: Region | None) -> str | None:
    if place is None:
        return None
    if place.is_current:
        return place.code
    return place.city_code or place.province_code


def _narrow(place: Region | None, name: str, position: int) -> tuple[Region | None, str | None]:
    """Go one step down from a place by the name in a field; keep the place when it does not fit."""
    wanted = ("province", "city", "district")[position]
    regions = region.find_named(name) if has_cjk(name) else region.find_latin(name)
    if not regions and has_cjk(name) and not name.endswith(("省", "市", "区", "县")):
        regions = region.find_named(name + "市") or region.find_named(name + "区")
    if not regions:
        return _narrow_long(place, name)
    if len(regions) > 1:
        # 吉林 is a province and a city, 朝阳 a city and a district: the field decides.
        exact = tuple(found for found in regions if found.level == wanted)
        within = tuple(found for found in exact or regions if _is_within(found, place))
        regions = within or exact or regions
    return _choose(regions, place)


def _narrow_long(place: Region | None, name: str) -> tuple[Region | None, str | None]:
    rest, found, trouble = _take_divisions(name, place)
    if found is not place and rest is None:
        return found, trouble
    return place, "unknown_region"


def _choose(regions: tuple[Region, ...], place: Region | None) -> tuple[Region | None, str | None]:
    fitting = [found for found in regions if _is_within(found, place)]
    if not fitting:
        if place is not None and any(_is_within(place, found) for found in regions):
            return place, None
        return place, "conflict"
    current = [found for found in fitting if found.is_current] or fitting
    upper = [found for found in current if found.level != "district"]
    if len(current) > 1 and len(upper) == 1:
        current = upper
    if len(current) > 1:
        return place, "ambiguous_region"
    return current[0], None if current[0].is_current else "former_region"


def _is_within(inner: Region, outer: Region | None) -> bool:
    if outer is None or inner.code == outer.code:
        return True
    if outer.level == "province":
        return inner.province_code == outer.province_code
    return outer.level == "city" and inner.city_code == outer.code


def _take_divisions(
    text: str | None, place: Region | None
) -> tuple[str | None, Region | None, str | None]:
    """Take the names of divisions off the front of a line, each inside the one before it."""
    if text is None or not has_cjk(text):
        return text, place, None
    rest = _country_prefix.sub("", text.lstrip(_edges)).lstrip(_edges)
    problem = None
    while True:
        step = _take_one(rest, place)
        if step is None or step[0] == rest:
            problem = problem or (step[2] if step else None)
            break
        rest, place, trouble = step
        problem = problem or trouble
        rest = rest.lstrip(_edges)
    return clean(rest.strip(_edges)), place, problem


def _take_one(rest: str, place: Region | None) -> tuple[str, Region | None, str | None] | None:
    for name, regions in region.match_prefix(rest):
        left = rest[len(name) :]
        if name not in {found.name for found in regions}:
            # A short name: of a province or city only, and not where a longer word begins with it.
            regions = tuple(found for found in regions if found.level != "district")
            if not regions or _goes_on(left) or _reaches(place, "city"):
                continue
        if place is not None and any(_is_within(place, found) for found in regions):
            # The street repeats what is known already.
            return left, place, None
        fitting = tuple(found for found in regions if _is_within(found, place))
        if fitting:
            chosen, trouble = _choose(fitting, place)
            # An ambiguous name stays in the street.
            return (rest if trouble == "ambiguous_region" else left), chosen, trouble
    return None


def _reaches(place: Region | None, level: str) -> bool:
    return place is not None and (place.level == level or place.city_code is not None)


def _split_street(street: str | None) -> tuple[str | None, str | None]:
    if street is None:
        return None, None
    if not has_cjk(street):
        match = _road_en.search(street)
        return (match[2].lower(), match[1].lower() if match[1] else None) if match else (None, None)
    text = _town.sub("", street)
    match = _road_zh.search(text)
    if match is None:
        return None, None
    number = _number_zh.match(text[match.end() :])
    return match[0], _to_digits(number[1]) if number else None


def _to_digits(number: str) -> str:
    if number[0] in "0123456789":
        return number.replace("之", "-")
    hundreds, _, rest = number.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = 100 * _DIGITS.get(hundreds, 1) if "百" in number else 0
    total += 10 * _DIGITS.get(tens, 1) if ten else 0
    return str(total + _DIGITS.get(ones, 0))


def fold_street(street: str | None) -> str:
    """Return a street as it is compared: one way to write numbers, road words, case and signs."""
    text = to_simplified(clean(street) or "").lower()
    text = _counted.sub(lambda match: _to_digits(match[1].replace("零", "")), text)
    text = _road_word.sub(lambda match: _road_words[match[1]], text)
    return _noise.sub("", _apart.sub("-", text))


def is_same_place(one: str | None, other: str | None) -> bool:
    """Tell whether one of two GB/T 2260 codes says where the other lies, or says nothing."""
    if not one or not other:
        return True
    digits = sorted((_significant(one), _significant(other)), key=len)
    return digits[1].startswith(digits[0])


def _significant(region_code: str) -> str:
    return region_code[:2] if region_code[2:] == "0000" else region_code.removesuffix("00")
