"""Compare phones, mails, numbers, dates, addresses and plain words."""

import re
from collections.abc import Callable, Mapping, Set

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz

from customer_hub.match.engine.column import Codes, Column, Ints, Levels, Mask
from customer_hub.match.engine.judging import (
    alike,
    count_shared,
    edits,
    judge_pairs,
    ratio_of_words,
)
from customer_hub.match.engine.scales import EQUAL, SCALES
from customer_hub.values.mail import LOCAL_MARKS, ROLE_MAIL
from customer_hub.values.phone import masks_match

Judging = Callable[[Column, Codes, Codes], Levels]
_OWN = re.compile(r"(?=.{6}).*\d{3}")  # a mail's local part that is more than a name
LONG_LOCAL = 5  # letters of a mail's local part that are somebody's own
_OF_ANY_ROAD = (
    r"\b(st(reet)?|r(oa)?d|ave(nue)?|dr(ive)?|lane|ln|court|ct|pl(ace)?|blvd|boulevard|hwy|highway"
    r"|sq(uare)?|tce|terrace|cres(cent)?|n|s|e|w|north|south|east|west)\b|[\d号]+"
)
_TAIL = 7  # digits of a phone that are its own, without country and area


def compare_column(kind: str, column: Column, left: Ints, right: Ints) -> Levels:
    """Return the levels of pairs of records in a column of a plain kind."""
    judge = _JUDGES[kind]
    return judge_pairs(column, left, right, lambda mine, theirs: judge(column, mine, theirs))


def find_masked(column: Column) -> Mask:
    """Tell which phones hide some of their digits: two such fit each other, and are not equal."""
    return np.asarray(
        pc.match_substring(column.values, "*").to_numpy(zero_copy_only=False), np.bool_
    )


def find_shared(kind: str, column: Column, shared: Set[str]) -> Mask:
    """Tell which phones or mails of a column are no customer's own: shared ones, and info@."""
    known = pa.array(sorted(shared), pa.string())
    found = pc.is_in(column.values, known).to_numpy(zero_copy_only=False)
    if kind == "mail":
        is_role = pc.match_substring_regex(column.values, ROLE_MAIL)
        found = found | is_role.to_numpy(zero_copy_only=False)
    return np.asarray(found, np.bool_)


def mark_shared(
    kind: str, column: Column, left: Ints, right: Ints, levels: Levels, is_shared: Mask
) -> None:
    """Turn equal phones or mails that many names share into the level ``shared``, in place."""
    _weaken_equal(column, left, right, levels, is_shared, SCALES[kind].number("shared"))


def mark_masked(column: Column, left: Ints, right: Ints, levels: Levels, is_masked: Mask) -> None:
    """Turn equal phones with hidden digits into the level ``masked``, in place."""
    _weaken_equal(column, left, right, levels, is_masked, SCALES["phone"].number("masked"))


def _weaken_equal(
    column: Column, left: Ints, right: Ints, levels: Levels, is_weak: Mask, level: int
) -> None:
    if not is_weak.any():
        return
    at = np.flatnonzero(levels == EQUAL)
    if column.owners is None:
        levels[at[is_weak[column.codes[left[at]]]]] = level
        return
    own = judge_pairs(_without(column, is_weak), left[at], right[at], _never)
    levels[at[own != EQUAL]] = level


def drop_public_domains(
    column: Column, left: Ints, right: Ints, levels: Levels, public: Set[str]
) -> None:
    """Turn the level ``domain`` into ``different``, in place, where anybody may use the domain."""
    scale = SCALES["mail"]
    at = np.flatnonzero(levels == scale.number("domain"))
    if not len(at):
        return
    private = column.derive(lambda mail: _own_domain(mail, public))
    same = judge_pairs(private, left[at], right[at], _never) == EQUAL
    levels[at[~same]] = scale.number("different")


def _own_domain(mail: str, public: Set[str]) -> str | None:
    domain = mail.rpartition("@")[2]
    return None if domain in public else domain


def _without(column: Column, dropped: Mask) -> Column:
    assert column.owners is not None
    keep = ~dropped[column.codes]
    return Column(column.size, column.codes[keep], column.values, column.owners[keep])


def _never(mine: Codes, _theirs: Codes) -> Levels:
    return np.full(len(mine), 2, np.int8)


def _levels(kind: str, size: int) -> tuple[Levels, Mapping[str, int]]:
    numbers = {level: number for number, level in enumerate(SCALES[kind].levels)}
    return np.full(size, numbers["different"], np.int8), numbers


def _judge_phone(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("phone", len(mine))
    tail = column.number("tail", read_tail)
    levels[(tail[mine] == tail[theirs]) & (tail[mine] >= 0)] = number["tail"]
    masked = np.flatnonzero((tail[mine] < 0) | (tail[theirs] < 0))
    texts = column.texts
    for place in masked.tolist():
        if _masks_fit(texts[mine[place]], texts[theirs[place]]):
            levels[place] = number["masked"]
    bare = column.read("bare", _read_bare)
    head = np.append(bare.number("head", _read_head), np.int32(-1))[bare.codes]
    end = column.number("end", _read_end)
    # One edit leaves the first three digits as they are, or the last three.
    beside = (head[mine] == head[theirs]) | (end[mine] == end[theirs])
    beside |= (head[mine] < 0) | (head[theirs] < 0)
    clear = (tail[mine] >= 0) & (tail[theirs] >= 0)
    open_ = np.flatnonzero((levels == number["different"]) & clear & beside)
    digits = np.append(bare.texts, "")[bare.codes]  # of a lone +86 nothing
    left, right = (digits[side[open_]] for side in (mine, theirs))
    levels[open_[edits(left, right, 1) <= 1]] = number["tail"]
    return levels


def read_tail(values: pa.StringArray) -> pa.Array:
    """Return the last digits of phones, those that are its own; nothing of one that hides some."""
    clear = pc.invert(pc.match_substring(values, "*"))
    return pc.if_else(clear, pc.utf8_slice_codeunits(values, -_TAIL), None)


def _read_bare(values: pa.StringArray) -> pa.Array:
    """Return phones without + and the code of China."""
    coded = pc.or_(pc.starts_with(values, "+"), pc.starts_with(values, "86"))
    bare = pc.replace_substring_regex(values.filter(coded), r"^\+?(86)?", "")
    return pc.replace_with_mask(values, coded, bare)


def _read_head(bare: pa.StringArray) -> pa.Array:
    return pc.if_else(
        pc.greater_equal(pc.utf8_length(bare), _TAIL), pc.utf8_slice_codeunits(bare, 0, 3), None
    )


def _read_end(values: pa.StringArray) -> pa.Array:
    return pc.utf8_slice_codeunits(values, -3)


def _masks_fit(mine: str, theirs: str) -> bool:
    return ("*" in mine and masks_match(mine, theirs)) or (
        "*" in theirs and masks_match(theirs, mine)
    )


def _judge_mail(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("mail", len(mine))
    domain = column.number("domain", _read_domain)
    levels[(domain[mine] == domain[theirs]) & (domain[mine] >= 0)] = number["domain"]
    names = column.read("local", read_local)
    one, two = names.codes[mine], names.codes[theirs]
    same = np.flatnonzero((one == two) & (one >= 0))
    is_own = names.make("own", lambda text: _OWN.search(text) is not None, np.bool_)
    levels[same] = np.where(is_own[one[same]], number["local"], number["close"])
    apart = np.flatnonzero((one != two) & (one >= 0) & (two >= 0))
    one, two = one[apart], two[apart]
    # Texts of a and b letters that share m have a likeness of .92 if m/a + m/b is 1.6 at least.
    held = count_shared(names, one, two)
    near = np.flatnonzero(held / names.lengths[one] + held / names.lengths[two] >= 1.6)
    like = alike(names.texts[one[near]], names.texts[two[near]]) >= 0.92
    levels[apart[near[like]]] = number["close"]
    return levels


def read_local(values: pa.StringArray) -> pa.Array:
    """Return what stands before the first @ of mails, without marks: li.wei and liwei are one."""
    parts = pc.split_pattern(values, "@", max_splits=1)
    return pc.replace_substring_regex(parts.flatten().take(parts.offsets[:-1]), LOCAL_MARKS, "")


def _read_domain(values: pa.StringArray) -> pa.Array:
    parts = pc.split_pattern(values, "@", max_splits=1)
    return parts.flatten().take(pc.subtract(parts.offsets[1:], 1))


def _judge_identity(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("identity", len(mine))
    kind = column.make("kind", lambda text: text.removeprefix("!").split(":", 1)[0])
    bare = column.make("bare", lambda text: text.removeprefix("!"))
    proven = column.make("proven", lambda text: text.startswith("!"), np.bool_)
    same_kind = kind[mine] == kind[theirs]
    levels[~same_kind] = 0
    levels[same_kind & proven[mine] & proven[theirs]] = number["veto"]
    weak = np.flatnonzero(same_kind & ~(proven[mine] & proven[theirs]))
    near = edits(bare[mine[weak]], bare[theirs[weak]], 1)
    levels[weak[near == 0]] = EQUAL
    levels[weak[near == 1]] = number["close"]
    return levels


def _judge_birth(column: Column, mine: Codes, theirs: Codes) -> Levels:
    """Birth dates, YYYY-MM-DD: strong evidence, never a veto (typos, 1 January, swapped parts)."""
    levels, number = _levels("birth", len(mine))
    year, day = column.number("year", read_year), column.number("day", _read_day)
    same_year = year[mine] == year[theirs]
    near = np.flatnonzero(same_year | (day[mine] == day[theirs]))  # one edit leaves either
    mine, theirs, same_year = mine[near], theirs[near], same_year[near]
    is_default = column.make("default", lambda text: text.endswith("-01-01"), np.bool_)
    turned = column.make("turned", lambda text: f"{text[8:]}-{text[5:7]}")
    shown = column.make("shown", lambda text: text[5:])
    found = np.full(len(near), number["near"], np.int8)
    found[same_year & (is_default[mine] | is_default[theirs])] = number["default_day"]
    found[edits(column.texts[mine], column.texts[theirs], 1) <= 1] = number["close"]
    found[same_year & (shown[mine] == turned[theirs])] = number["close"]
    levels[near] = found
    return levels


def read_year(values: pa.StringArray) -> pa.Array:
    """Return the years of dates."""
    return pc.utf8_slice_codeunits(values, 0, 4)


def _read_day(values: pa.StringArray) -> pa.Array:
    return pc.utf8_slice_codeunits(values, 5)


def _judge_address(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("address", len(mine))
    near = np.flatnonzero(_may_be_near(column, mine, theirs))
    mine, theirs = mine[near], theirs[near]
    held = ratio_of_words(column.texts[mine], column.texts[theirs], fuzz.token_set_ratio, 70)
    like = held > 0
    near, mine, theirs, held = near[like], mine[like], theirs[like], held[like]
    ordered = ratio_of_words(column.texts[mine], column.texts[theirs], fuzz.token_sort_ratio, 70)
    house = column.number("house", _read_house)
    fits = (house[mine] == house[theirs]) | (house[mine] < 0) | (house[theirs] < 0)
    # 39 Pine St and 39 Elm St have number and word in common, and no road.
    roads = column.read("road", _read_road)
    names = np.append(roads.texts, "")  # of an address of digits alone nothing
    here, there = (names[roads.codes[side]] for side in (mine, theirs))
    of_one = ratio_of_words(here, there, fuzz.ratio, 70)
    is_road = (held >= 95) | (of_one > 0)
    found = np.full(len(near), number["near"], np.int8)
    found[fits & is_road & ((held >= 95) | (ordered >= 70))] = number["road"]
    found[fits & is_road & (ordered >= 88)] = number["close"]
    levels[near] = found
    return levels


def _may_be_near(column: Column, mine: Codes, theirs: Codes) -> Mask:
    """Tell which pairs of texts may have a token set ratio of 70.

    Either they consist of the same letters by seven in ten, or the words that both have make up so
    much of the shorter one: S letters of L have a ratio of 2 S / (S + L).
    """
    one, two = column.lengths[mine], column.lengths[theirs]
    letters = count_shared(column, mine, theirs)
    near: Mask = 20 * letters >= 7 * (one + two)
    least = np.minimum(one, two)
    words, lengths = column.words
    is_untold = words[:, 0] == -2
    untold = is_untold[mine] | is_untold[theirs]
    rest = np.flatnonzero(~near & ~untold & (13 * letters >= 7 * least))
    one, two = words[mine[rest]], words[theirs[rest]]
    common = (one[:, :, None] == two[:, None, :]).any(axis=2) & (one >= 0)
    shared = np.where(common, lengths[mine[rest]] + 1, 0).sum(axis=1) - 1
    near[rest] = 13 * shared >= 7 * least[rest]
    near |= untold
    return near


def _read_house(values: pa.StringArray) -> pa.Array:
    """Return the first number of each address: that of the house, in most of them."""
    return pc.struct_field(pc.extract_regex(values, r"(?P<house>\d+)"), "house")


def _read_road(addresses: pa.StringArray) -> pa.Array:
    """Return what addresses have beside numbers and the words that any road has."""
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(addresses, _OF_ANY_ROAD, ""))


def _judge_region(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("region", len(mine))
    city = column.make("city", lambda code: code[:4])
    province = column.make("province", lambda code: code[:2])
    levels[province[mine] == province[theirs]] = number["province"]
    is_city = column.make("is_city", lambda code: code[2:4] != "00", np.bool_)
    levels[(city[mine] == city[theirs]) & is_city[mine]] = number["city"]
    return levels


def _judge_city(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("city", len(mine))
    texts = column.texts
    close = ratio_of_words(texts[mine], texts[theirs], fuzz.token_set_ratio)
    levels[(close >= 90) | (alike(texts[mine], texts[theirs]) >= 0.9)] = number["close"]
    return levels


def _judge_postcode(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("postcode", len(mine))
    head = column.make("head", lambda text: text[:3])
    texts = column.texts
    close = (head[mine] == head[theirs]) | (edits(texts[mine], texts[theirs], 1) <= 1)
    levels[close] = number["close"]
    return levels


def _judge_category(_column: Column, mine: Codes, _theirs: Codes) -> Levels:
    return _levels("category", len(mine))[0]


def _judge_text(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("text", len(mine))
    texts = column.texts
    left, right = texts[mine], texts[theirs]
    held = ratio_of_words(left, right, fuzz.token_set_ratio)
    levels[held >= 75] = number["near"]
    ordered = ratio_of_words(left, right, fuzz.token_sort_ratio)
    levels[ordered >= 88] = number["close"]
    return levels


_JUDGES: Mapping[str, Judging] = {
    "phone": _judge_phone,
    "mail": _judge_mail,
    "identity": _judge_identity,
    "birth": _judge_birth,
    "address": _judge_address,
    "region": _judge_region,
    "city": _judge_city,
    "postcode": _judge_postcode,
    "category": _judge_category,
    "text": _judge_text,
}
