"""Compare the names of two persons: a level of `rules.LEVELS`, for Chinese and Western names."""

from collections.abc import Mapping

from rapidfuzz.distance import OSA

from customer_hub.match.features import Feature
from customer_hub.values.text import has_cjk


def compare_persons(left: Feature, right: Feature, nicknames: Mapping[str, str]) -> str:
    """Return the level of two persons' names.

    Args:
        left: one record.
        right: the other; the level does not depend on the order.
        nicknames: folded given name -> the name of its group (bob -> robert).
    """
    if not left.full or not right.full:
        return "missing"
    if left.suffix and right.suffix and left.suffix != right.suffix:
        return "different"
    if left.is_partial or right.is_partial:
        return _compare_partial(left, right)
    if left.surname == right.surname and left.given == right.given:
        return "exact"
    if has_cjk(left.full) and has_cjk(right.full):
        return _compare_han(left, right)
    return _compare_latin(left, right, nicknames)


def _compare_partial(left: Feature, right: Feature) -> str:
    if left.surname_key and right.surname_key:
        # A title form (王先生) beside a name, or two title forms.
        return "titled" if left.surname_key == right.surname_key else "different"
    if left.full == right.full:
        return "given_only"
    if _join(left) in (_join(right), _join_swapped(right)) or _join_swapped(left) == _join(right):
        return "pinyin"
    if left.given_key and right.given_key:
        return "given_only" if _ends_alike(left.given, right.given) else "different"
    part, whole = (left, right) if not left.surname_key else (right, left)
    if part.given_key and part.given_key == whole.surname_key:
        return "titled"
    return "different"


def _join(feature: Feature) -> str:
    return feature.surname_key + feature.given_key


def _join_swapped(feature: Feature) -> str:
    return feature.given_key + feature.surname_key


def _compare_han(left: Feature, right: Feature) -> str:
    if left.surname != right.surname:
        if left.surname_key == right.surname_key and left.given_key == right.given_key:
            return "homophone"
        if left.given == right.surname and left.surname == right.given:
            return "swapped"
        is_long = len(left.given) > 1 and left.given == right.given
        return "typo" if is_long and _are_alike(left, right) else "different"
    if left.given_key == right.given_key:
        return "homophone"
    shorter, longer = sorted((left.given, right.given), key=len)
    if len(shorter) < len(longer) and (longer.startswith(shorter) or longer.endswith(shorter)):
        return "longer"
    return "given_differs"


def _are_alike(left: Feature, right: Feature) -> bool:
    return OSA.distance(left.surname_key, right.surname_key) <= 1


def _ends_alike(left: str, right: str) -> bool:
    """Tell whether two given names can be one: 强 (阿强) and 志强."""
    shorter, longer = sorted((left, right), key=len)
    return shorter == longer or (has_cjk(shorter) and longer.endswith(shorter))


def _compare_latin(left: Feature, right: Feature, nicknames: Mapping[str, str]) -> str:
    is_crossed = has_cjk(left.full) != has_cjk(right.full)
    surname, given = left.surname_key, left.given_key
    if (surname, given) == (right.surname_key, right.given_key):
        return "pinyin" if is_crossed else "exact"
    if (surname, given) == (right.given_key, right.surname_key):
        return "pinyin" if is_crossed else "swapped"
    if surname == right.surname_key:
        return _compare_given(given, right.given_key, nicknames)
    if (
        len(surname) >= 4
        and OSA.distance(surname, right.surname_key) <= 1
        and given == right.given_key
    ):
        return "typo"
    return "different"


def _compare_given(left: str, right: str, nicknames: Mapping[str, str]) -> str:
    if nicknames.get(left, left) == nicknames.get(right, right):
        return "nickname"
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) == 1:
        return "initial" if longer.startswith(shorter) else "given_differs"
    if len(shorter) >= 4 and OSA.distance(shorter, longer) <= 1:
        return "typo"
    if len(shorter) >= 3 and longer.startswith(shorter):
        return "longer"
    return "given_differs"
