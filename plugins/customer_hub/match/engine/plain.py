"""Compare phones, mails, numbers, dates, addresses and plain words."""

from collections.abc import Callable, Mapping, Set

import numpy as np
from rapidfuzz import fuzz

from customer_hub.match.engine.column import Codes, Column, Ints, Levels, Mask
from customer_hub.match.engine.judging import alike, edits, judge_pairs, ratio_of_words
from customer_hub.match.engine.scales import EQUAL, SCALES
from customer_hub.values.mail import is_role_name
from customer_hub.values.phone import masks_match

Judging = Callable[[Column, Codes, Codes], Levels]
_LONG_LOCAL = 5  # letters of a mail's local part that are somebody's own
_TAIL = 7  # digits of a phone that are its own, without country and area


def compare_column(kind: str, column: Column, left: Ints, right: Ints) -> Levels:
    """Return the levels of pairs of records in a column of a plain kind."""
    judge = _JUDGES[kind]
    return judge_pairs(column, left, right, lambda mine, theirs: judge(column, mine, theirs))


def mark_shared(
    kind: str, column: Column, left: Ints, right: Ints, levels: Levels, shared: Set[str]
) -> None:
    """Turn equal phones or mails that many names share into the level ``shared``, in place."""
    is_shared = column.make("shared", lambda value: _is_shared(kind, value, shared), np.bool_)
    if not is_shared.any():
        return
    level = np.int8(SCALES[kind].number("shared"))
    at = np.flatnonzero(levels == EQUAL)
    if column.owners is None:
        levels[at[is_shared[column.codes[left[at]]]]] = level
        return
    own = judge_pairs(_without(column, is_shared), left[at], right[at], _never)
    levels[at[own != EQUAL]] = level


def mark_domains(column: Column, left: Ints, right: Ints, levels: Levels, public: Set[str]) -> None:
    """Turn mails that differ into the level ``domain``, in place, where an organisation's own
    domain is in both.
    """
    scale = SCALES["mail"]
    private = column.derive(lambda mail: _own_domain(mail, public))
    at = np.flatnonzero(levels == scale.number("different"))
    same = judge_pairs(private, left[at], right[at], _never) == EQUAL
    levels[at[same]] = scale.number("domain")


def _own_domain(mail: str, public: Set[str]) -> str | None:
    domain = mail.rpartition("@")[2]
    return None if domain in public else domain


def _is_shared(kind: str, value: str, shared: Set[str]) -> bool:
    return value in shared or (kind == "mail" and is_role_name(value.partition("@")[0]))


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
    tail_of = column.make("tail", lambda text: text[-_TAIL:] if "*" not in text else "")
    left, right = tail_of[mine], tail_of[theirs]
    levels[(left == right) & (left != "")] = number["tail"]
    masked = np.flatnonzero((left == "") | (right == ""))
    texts = column.texts
    for place in masked.tolist():
        if _masks_fit(texts[mine[place]], texts[theirs[place]]):
            levels[place] = number["masked"]
    open_ = np.flatnonzero((levels == number["different"]) & (left != "") & (right != ""))
    bare = column.make("bare", lambda text: text.removeprefix("+").removeprefix("86"))
    near = edits(bare[mine[open_]], bare[theirs[open_]], 1) <= 1
    levels[open_[near]] = number["tail"]
    return levels


def _masks_fit(mine: str, theirs: str) -> bool:
    return ("*" in mine and masks_match(mine, theirs)) or (
        "*" in theirs and masks_match(theirs, mine)
    )


def _judge_mail(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("mail", len(mine))
    local = column.make("local", lambda text: text.split("@", 1)[0])
    left, right = local[mine], local[theirs]
    levels[alike(left, right) >= 0.92] = number["close"]
    long = column.make("long", lambda text: text.find("@") >= _LONG_LOCAL, np.bool_)
    levels[(left == right) & long[mine]] = number["local"]
    return levels


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
    texts = column.texts
    left, right = texts[mine], texts[theirs]
    year = column.make("year", lambda text: text[:4])
    day = column.make("day", lambda text: text[5:])
    turned = column.make("turned", lambda text: f"{text[8:]}-{text[5:7]}")
    is_default = column.make("default", lambda text: text.endswith("-01-01"), np.bool_)
    same_year = year[mine] == year[theirs]
    levels[same_year | (day[mine] == day[theirs])] = number["near"]
    levels[same_year & (is_default[mine] | is_default[theirs])] = number["default_day"]
    levels[edits(left, right, 1) <= 1] = number["close"]
    levels[same_year & (day[mine] == turned[theirs])] = number["close"]
    return levels


def _judge_address(column: Column, mine: Codes, theirs: Codes) -> Levels:
    levels, number = _levels("address", len(mine))
    texts = column.texts
    left, right = texts[mine], texts[theirs]
    house = column.make("house", _find_number)
    ordered = ratio_of_words(left, right, fuzz.token_sort_ratio)
    held = ratio_of_words(left, right, fuzz.token_set_ratio)
    fits = (house[mine] == house[theirs]) | (house[mine] == "") | (house[theirs] == "")
    levels[held >= 70] = number["near"]
    levels[fits & ((held >= 95) | (ordered >= 70))] = number["road"]
    levels[fits & (ordered >= 88)] = number["close"]
    return levels


def _find_number(address: str) -> str:
    """Return the first number of an address: that of the house, in most of them."""
    digits = ""
    for character in address:
        if character.isdigit():
            digits += character
        elif digits:
            break
    return digits


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
