"""Compare persons' names: family and given name, Chinese or Western, in either order."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customer_hub.match.engine.column import (
    Codes,
    Column,
    Ints,
    Levels,
    Mask,
    Texts,
    unite_values,
)
from customer_hub.match.engine.judging import alike, edits, judge_pairs, starts_with_other
from customer_hub.match.engine.records import Records
from customer_hub.match.engine.scales import EQUAL, MISSING, SCALES
from customer_hub.values.surname import rank_latin
from customer_hub.values.text import has_cjk, to_pinyin
from customer_hub.values.western_name import reads_as_pinyin

_FAMILY = SCALES["family"]
_GIVEN = SCALES["given"]
_CLOSE, _NEAR = 0.92, 0.80  # Jaro-Winkler of names in Latin letters
_MARKS = re.compile("[ '-]")
_MIN_SPELLED = 5  # letters of pinyin, below which one edit is another name
_CONFUSED = re.compile("(?<=[zcs])h|(?<=n)g")  # sounds that many speakers do not tell apart


class PersonNames:
    """The name columns of some records, with what comparing them needs, worked out once."""

    def __init__(self, records: Records, nicknames: Mapping[str, str]) -> None:
        nothing = Column.of_nothing(records.size)
        family = records.columns.get("family", nothing)
        given = records.columns.get("given", nothing)
        self.family, self.given = unite_values(family, given)
        self.family_key, self.given_key = unite_values(
            self.family.derive_arrow("family", spell_families),
            self.given.derive_arrow("given", spell_givens),
        )
        self._generations = records.generations
        values = self.family.values
        is_odd = pc.invert(pc.string_is_ascii(values))
        self._is_han = is_odd.to_numpy(zero_copy_only=False)
        self._is_han[self._is_han] = [has_cjk(text) for text in values.filter(is_odd).to_pylist()]
        self._length = self.family.lengths
        made = {
            True: self.family.read("family", spell_families),
            False: self.given.read("given", spell_givens),
        }
        self._sounds = self.given_key.derive(lambda key: _CONFUSED.sub("", key))
        is_surname = _mask(self.family_key, lambda key: rank_latin(key) is not None)
        is_spelled = _mask(self.given_key, reads_as_pinyin)
        self._is_chinese = is_surname[self.family_key.codes] & is_spelled[self.given_key.codes]
        # The last is that of a name without any letter.
        self._keys = {one: np.append(each.texts, "")[each.codes] for one, each in made.items()}
        self._numbers = {one: each.codes for one, each in made.items()}
        self._spelled = np.append(made[False].lengths, 0)[made[False].codes]
        self._group = Column.of_values(map(nicknames.get, values.to_pylist())).codes

    def compare(self, left: Ints, right: Ints) -> tuple[Levels, Levels]:
        """Return the levels of family and given names of pairs of records."""
        families = judge_pairs(self.family, left, right, self._judge_family)
        givens = judge_pairs(self.given, left, right, self._judge_given)
        self._part_syllables(left, right, givens)
        self._mark_swapped(left, right, families, givens)
        self._read_lone(left, right, families, givens)
        if self._generations is not None:
            mine, theirs = self._generations.codes[left], self._generations.codes[right]
            apart = (mine >= 0) & (theirs >= 0) & (mine != theirs) & (givens != MISSING)
            givens[apart] = _GIVEN.number("different")
        return families, givens

    def _judge_family(self, mine: Codes, theirs: Codes) -> Levels:
        levels, left, right, latin = self._judge_spelling(mine, theirs, is_family=True)
        open_ = np.flatnonzero(levels == 0)
        if len(open_):
            score = alike(left[open_], right[open_])
            is_latin = latin[open_]
            found = np.full(len(open_), _FAMILY.number("different"), np.int8)
            found[is_latin & (score >= _NEAR)] = _FAMILY.number("near")
            found[score >= _CLOSE] = _FAMILY.number("close")
            levels[open_] = found
        return levels

    def _judge_given(self, mine: Codes, theirs: Codes) -> Levels:
        levels, left, right, latin = self._judge_spelling(mine, theirs, is_family=False)
        open_ = np.flatnonzero(levels == 0)
        if not len(open_):
            return levels
        mine, theirs, left, right = mine[open_], theirs[open_], left[open_], right[open_]
        is_latin = latin[open_]
        found = np.full(len(open_), _GIVEN.number("different"), np.int8)
        score = alike(left, right)
        found[is_latin & (score >= _NEAR)] = _GIVEN.number("near")
        found[is_latin & (score >= _CLOSE)] = _GIVEN.number("close")
        length = self._spelled[mine], self._spelled[theirs]
        least = np.minimum(*length)
        is_short = ~is_latin & (least >= _MIN_SPELLED)
        if is_short.any():
            near = edits(left[is_short], right[is_short], 1) <= 1
            found[np.flatnonzero(is_short)[near]] = _GIVEN.number("near")
        # What begins with the other is alike: the others need not be looked at.
        like = np.flatnonzero(is_latin & (score > 0) & (score < _CLOSE) & (least != 2))
        begins = like[starts_with_other(left[like], right[like])]
        found[begins[least[begins] >= 3]] = _GIVEN.number("part")
        found[begins[least[begins] == 1]] = _GIVEN.number("initial")
        self._find_han_parts(mine, theirs, found)
        group, other = self._group[mine], self._group[theirs]
        known = (group >= 0) & (other >= 0)
        found[known & (group == other)] = _GIVEN.number("nickname")
        # Tom and Tim are alike, and two: a slip of the hand seldom makes another known name.
        is_alike = (found == _GIVEN.number("near")) | (found == _GIVEN.number("close"))
        found[known & (group != other) & is_alike] = _GIVEN.number("different")
        levels[open_] = found
        return levels

    def _judge_spelling(
        self, mine: Codes, theirs: Codes, *, is_family: bool
    ) -> tuple[Levels, Texts, Texts, Mask]:
        """Return levels of names that are spelled alike (0: not), the keys, and which are Latin."""
        keys = self._keys[is_family]
        left, right = keys[mine], keys[theirs]
        first, second = self._is_han[mine], self._is_han[theirs]
        levels = np.zeros(len(mine), np.int8)
        numbers = self._numbers[is_family]
        same = numbers[mine] == numbers[theirs]
        levels[same] = EQUAL
        levels[same & first & second] = _FAMILY.number("homophone")
        levels[same & (first != second)] = _FAMILY.number("pinyin")
        return levels, left, right, ~(first | second)

    def _find_han_parts(self, mine: Codes, theirs: Codes, found: Levels) -> None:
        """Mark Chinese given names of which one is a part of the other: 强 (阿强) and 志强."""
        both = np.flatnonzero(
            self._is_han[mine] & self._is_han[theirs] & (self._length[mine] != self._length[theirs])
        )
        texts = self.given.texts
        for place in both.tolist():
            short, long = sorted((texts[mine[place]], texts[theirs[place]]), key=len)
            if long.endswith(short):
                found[place] = _GIVEN.number("part")

    def _part_syllables(self, left: Ints, right: Ints, givens: Levels) -> None:
        """Take apart Chinese names that differ in a syllable: qingli and qingzhi, brother and sister.

        What is alike in them is what siblings share. A slip of the hand seldom makes a syllable.
        """
        alike_ = (givens == _GIVEN.number("close")) | (givens == _GIVEN.number("near"))
        at = np.flatnonzero(alike_ & self._is_chinese[left] & self._is_chinese[right])
        apart = self._sounds.codes[left[at]] != self._sounds.codes[right[at]]
        givens[at[apart]] = _GIVEN.number("different")

    def _mark_swapped(self, left: Ints, right: Ints, families: Levels, givens: Levels) -> None:
        family, given = self.family_key.codes, self.given_key.codes
        at = np.flatnonzero(family[left] == given[right])
        left, right = left[at], right[at]
        swapped = (
            (given[left] == family[right]) & (family[left] >= 0) & (given[left] >= 0)
            & (family[left] != family[right])
        )  # fmt: skip
        at, left, right = at[swapped], left[swapped], right[swapped]
        # 杨堂 and 唐阳 only sound so.
        only_sounds = np.zeros(len(at), np.bool_)
        for here, there in ((left, right), (right, left)):
            one, two = self.family.codes[here], self.given.codes[there]
            is_han = np.append(self._is_han, np.False_)
            only_sounds |= (one != two) & is_han[one] & is_han[two]
        # One word for both: that the given name is the other's family name follows.
        at = at[~only_sounds]
        families[at], givens[at] = _FAMILY.number("swapped"), MISSING

    def _read_lone(self, left: Ints, right: Ints, families: Levels, givens: Levels) -> None:
        """A lone word may be either part of the other's name, or both in one: zhangwei."""
        family, given = self.family_key.codes, self.given_key.codes
        is_lone = (family < 0) & (given >= 0)
        for one, other in ((left, right), (right, left)):
            at = np.flatnonzero(is_lone[one])
            word, first, second = given[one[at]], family[other[at]], given[other[at]]
            half = at[word == first]
            families[half], givens[half] = EQUAL, MISSING
            words = self.given_key.texts
            whole = (first >= 0) & (second >= 0)
            at, word, first, second = at[whole], word[whole], first[whole], second[whole]
            both = [
                words[a] in (words[b] + words[c], words[c] + words[b])
                for a, b, c in zip(word.tolist(), first.tolist(), second.tolist(), strict=True)
            ]
            at = at[np.array(both, np.bool_)]
            families[at], givens[at] = _FAMILY.number("pinyin"), _GIVEN.number("pinyin")


def _mask(column: Column, tell: Callable[[str], bool]) -> Mask:
    """Return what holds of each distinct value of a column, and last of none: False."""
    return np.array([*map(tell, column.texts), False], np.bool_)


def spell_families(values: pa.StringArray) -> pa.Array:
    """Return the keys under which family names are the same in Han and in Latin letters."""
    return _spell(values, is_name=True)


def spell_givens(values: pa.StringArray) -> pa.Array:
    """Return the keys under which given names are the same in Han and in Latin letters."""
    return _spell(values, is_name=False)


def spell(text: str, *, is_name: bool) -> str:
    """Return the key of one family name (``is_name``) or given name."""
    bare = _MARKS.sub("", text)
    return to_pinyin(text, is_name=is_name).replace(" ", "") if has_cjk(text) else bare


def _spell(values: pa.StringArray, *, is_name: bool) -> pa.Array:
    bare = pc.replace_substring_regex(values, _MARKS.pattern, "")
    plain = pc.string_is_ascii(values)
    odd = [spell(text, is_name=is_name) for text in pc.filter(values, pc.invert(plain)).to_pylist()]
    return pc.replace_with_mask(bare, pc.invert(plain), pa.array(odd, pa.string()))
