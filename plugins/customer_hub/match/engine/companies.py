"""Compare names of organisations: brand first, then place, industry and branch; then their words."""

from dataclasses import replace
from itertools import product

import numpy as np
import pyarrow.compute as pc
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from customer_hub.match.engine.column import Codes, Column, Ints, Levels, Mask
from customer_hub.match.engine.judging import judge_pairs, ratio_of_words
from customer_hub.match.engine.scales import SCALES
from customer_hub.values import region
from customer_hub.values.company import CompanyName, parse_company
from customer_hub.values.former_name import FORMER_NOTE
from customer_hub.values.text import has_cjk, to_pinyin

_SCALE = SCALES["company"]
_FORMERLY = ("equal", "placeless")
_LONG_NAME = 5
_LONG_WORD, _ALIKE = 4, 0.75  # letters of a trade's name; Jaro-Winkler from which it may be a slip
_NUMERALS = frozenset("0123456789一二三四五六七八九十甲乙丙丁东南西北上中下前后")
_CLOSE, _NEAR, _SAME_WORDS = 88, 70, 95  # rapidfuzz's token ratios, 0..100


class CompanyNames:
    """The company column of some records, each distinct name parsed once."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.parts = [parse_company(text) for text in column.values.to_pylist()]
        self.cores = column.derive(core_of)
        self._words = np.array([part.core or "" for part in self.parts], dtype=object)
        self._digits = np.array(
            ["".join(filter(str.isdigit, text)) for text in self._words], dtype=object
        )
        self._has_former = np.array([bool(part.former) for part in self.parts], dtype=np.bool_)
        self._has_branch = np.array([bool(part.branch) for part in self.parts], dtype=np.bool_)
        self._is_han = np.array([has_cjk(text) for text in self._words], dtype=np.bool_)

    def compare(self, left: Ints, right: Ints) -> Levels:
        """Return the levels of pairs of records."""
        return judge_pairs(self.column, left, right, self._judge)

    def find_branches(self, left: Ints, right: Ints) -> Mask:
        """Tell of which pairs of records both are branches."""
        codes = self.column.codes
        has = np.append(self._has_branch, np.False_)
        found: Mask = has[codes[left]] & has[codes[right]]
        return found

    def _judge(self, mine: Codes, theirs: Codes) -> Levels:
        levels = np.full(len(mine), _SCALE.number("different"), np.int8)
        latin = ~(self._is_han[mine] | self._is_han[theirs])
        left, right = self._words[mine], self._words[theirs]
        in_order = ratio_of_words(left, right, fuzz.token_sort_ratio)
        held = ratio_of_words(left, right, fuzz.token_set_ratio)
        has_former = self._has_former[mine] | self._has_former[theirs]
        levels[latin & (held >= _NEAR)] = _SCALE.number("near")
        levels[latin & (held >= _SAME_WORDS)] = _SCALE.number("brand")
        levels[latin & (in_order >= _CLOSE)] = _SCALE.number("close")
        # Store 12 is not Store 14, however alike the rest.
        digits = self._digits
        levels[(digits[mine] != digits[theirs]) & (digits[mine] != "") & (digits[theirs] != "")] = (
            _SCALE.number("different")
        )
        # What the words cannot tell is read from the parts: where it may matter, for it is slow.
        for place in np.flatnonzero(~latin | (held >= _NEAR) | has_former).tolist():
            told = compare_names(self.parts[mine[place]], self.parts[theirs[place]])
            if told:
                levels[place] = _SCALE.number(told)
        return levels


def core_of(name: str) -> str:
    """Return what a company's name is looked up by: no place, no legal form, no branch."""
    return core_of_parts(parse_company(name))


def core_of_parts(parts: CompanyName) -> str:
    """Return what a name that has been taken apart is looked up by."""
    return (parts.core or parts.full or "").casefold().removeprefix("the ")


def list_names(name: str) -> tuple[CompanyName, ...]:
    """Return a company's names, today's first: a branch was one under the former names as well."""
    today = parse_company(name)
    if today.full is None:
        return ()
    former = (parse_company(each) for each in today.former)
    return (today, *(replace(each, branch=each.branch or today.branch) for each in former))


def part_names(names: Column) -> Column:
    """Return the column with each name of a record as a value of its own: a record has several."""
    if not pc.any(pc.match_substring_regex(names.values, FORMER_NOTE)).as_py():
        return names
    told = [[each.full or "" for each in list_names(text)] for text in names.values.to_pylist()]
    return Column.of_lists([told[code] if code >= 0 else () for code in names.codes.tolist()])


def compare_names(left: CompanyName, right: CompanyName) -> str:
    """Return the level of two organisations: of today's names, or better by a former one.

    A former name counts if it is the other's name of today, nearly whole: sisters may come from one
    house. Empty: the words of today's names have to tell.
    """
    told = compare_parts(*sorted((left, right), key=_text_of))
    if not (left.former or right.former):
        return told
    pairs = [*product(_list_former(left), (right,)), *product((left,), _list_former(right))]
    found = {compare_parts(*sorted(pair, key=_text_of)) for pair in pairs} | {told}
    return next((level for level in _FORMERLY if level in found), told)


def _list_former(name: CompanyName) -> tuple[CompanyName, ...]:
    return list_names(name.told or "")[1:]


def compare_parts(left: CompanyName, right: CompanyName) -> str:
    """Return the level of two organisations' names; empty: their words have to tell.

    A branch is never its parent, nor another branch (``branch``); the same brand in another line
    of business is a sister company (``sister``).
    """
    if bool(left.branch) != bool(right.branch) or not _may_be_one_branch(left, right):
        return "branch" if _share_brand(left, right) else "different"
    if _is_typing_error(left.core or "", right.core or ""):
        return "close"
    if _brand(left) == _brand(right):
        return _compare_industry(left, right)
    if left.core == right.core:
        return _compare_place(left, right)
    if not (has_cjk(left.full or "") or has_cjk(right.full or "")):
        return "sister" if _differ_in_trade(left.core or "", right.core or "") else ""
    return _compare_brand(left, right)


def _text_of(name: CompanyName) -> str:
    """Return what orders a pair: which of two names is left is never a matter of their numbers."""
    return name.full or ""


def _differ_in_trade(left: str, right: str) -> bool:
    """Tell whether two Latin names say the same but for the last word: Acme Dairy, Acme Hotels."""
    *mine, trade = left.casefold().removeprefix("the ").split()
    *theirs, other = right.casefold().removeprefix("the ").split()
    if not mine or mine != theirs or not (trade.isalpha() and other.isalpha()):
        return False
    if min(len(trade), len(other)) < _LONG_WORD:
        return False
    return JaroWinkler.similarity(trade, other) < _ALIKE


def _is_typing_error(left: str, right: str) -> bool:
    """Tell whether two names differ by one slip of the hand: 网气科技, but not 第一 and 第二."""
    if left == right or min(len(left), len(right)) < _LONG_NAME or OSA.distance(left, right) > 1:
        return False
    odd = set(left) ^ set(right)
    return not odd & _NUMERALS


def _brand(name: CompanyName) -> str:
    return (name.brand or name.core or "").casefold().removeprefix("the ")


def _industry(name: CompanyName) -> str:
    return (name.industry or "").casefold()


def _may_be_one_branch(left: CompanyName, right: CompanyName) -> bool:
    if left.branch == right.branch:
        return True
    bare = sorted((_bare_branch(left.branch or ""), _bare_branch(right.branch or "")), key=len)
    # 浦东 beside 上海浦东, but not a branch of a branch.
    return bool(bare[0]) and bare[0] in bare[1] and "公司" not in bare[1]


def _bare_branch(branch: str) -> str:
    branch = branch.casefold()
    for word in ("分公司", "办事处", "营业部", " branch", " office"):
        branch = branch.removesuffix(word)
    return branch.removesuffix("市")


def _share_brand(left: CompanyName, right: CompanyName) -> bool:
    mine, theirs = _brand(left), _brand(right)
    return (left.core or "").startswith(theirs) or (right.core or "").startswith(mine)


def _compare_industry(left: CompanyName, right: CompanyName) -> str:
    mine, theirs = _industry(left), _industry(right)
    if mine == theirs:
        return _compare_place(left, right) if mine or left.core == right.core else "brand"
    if not mine or not theirs:
        return "brand" if _places_fit(left, right) else "place_differs"
    return _compare_place(left, right) if _industries_fit(left, right) else "sister"


def _industries_fit(left: CompanyName, right: CompanyName) -> bool:
    shorter, longer = sorted((_industry(left), _industry(right)), key=len)
    return not shorter or shorter in longer


def _compare_place(left: CompanyName, right: CompanyName) -> str:
    mine, theirs = _place(left), _place(right)
    if mine and theirs:
        return "equal" if mine == theirs else "place_differs"
    return "placeless" if mine or theirs else "equal"


def _places_fit(left: CompanyName, right: CompanyName) -> bool:
    mine, theirs = _place(left), _place(right)
    return not (mine and theirs) or mine == theirs


def _place(name: CompanyName) -> str:
    """Return the place that a name states; one that is its brand (新星电子, 昆山科技) states none."""
    place = region.shorten(name.place) if name.place else ""
    return "" if place == name.brand else place


def _compare_brand(left: CompanyName, right: CompanyName) -> str:
    if _spell(_brand(left)) == _spell(_brand(right)):
        return "pinyin" if _industries_fit(left, right) else "different"
    if _spell(left.core or "") == _spell(right.core or ""):
        return "pinyin"  # Qinghe Shipin, whose industry nobody reads
    short, long = sorted((left, right), key=lambda name: (len(name.core or ""), name.full or ""))
    core, longer = short.core or "", long.core or ""
    if len(core) >= 2 and longer.startswith(core):
        return "brand"  # 泰盛 beside 泰盛深圳贸易
    if _industry(short) and longer.startswith(_brand(short)) and longer.endswith(_industry(short)):
        return "placeless"  # brand and industry with a place between
    brands = sorted((_brand(left), _brand(right)), key=len)
    is_slip = OSA.distance(*brands) <= 1 and not (set(brands[0]) ^ set(brands[1])) & _NUMERALS
    if len(brands[0]) >= 3 and is_slip:
        return "close" if _industries_fit(left, right) else "different"
    return "different"


def _spell(words: str) -> str:
    return to_pinyin(words, is_name=False).replace(" ", "").casefold()
