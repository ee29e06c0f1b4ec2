"""Clean text, simplified Chinese and pinyin: what every other module of values stands on."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

from text_unidecode import unidecode

from customer_hub.values import surname

MAX_LENGTH = 400
"""Longest single value (characters) that is read as a name, phone, address and so on."""

_HAN = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_has_han = re.compile(f"[{_HAN}]").search
_han_only = re.compile(f"[{_HAN}]+").fullmatch
_characters = re.compile(f"[{_HAN}]|[^{_HAN}]+").findall

# Controls (but not white space, which is collapsed), zero-width and other format characters, lone
# surrogates, variation selectors, fillers and non-characters: nothing that a reader can see.
_invisible = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_has_word = re.compile(r"[^\W_]|[^\x00-\x7f\u2010-\u2027\u3000-\u3004\u3008-\u303f\u00b7]").search

_NULL_WORDS_TEXT: Final = (
    "null (null) <null> none nil n/a #n/a n.a. undefined unknown 无 没有 未知 暂无 空 不详 "
    "未填写 未填 待补充 待定 \\n"
)
_NULL_WORDS = frozenset(_NULL_WORDS_TEXT.split())
# "Nan" is a given name (楠); only the spellings that software writes mean "nothing".
_NULL_EXACT = frozenset({"nan", "NaN", "NAN"})

# 乾 is read qián and stays in names; only in words about dryness does it become 干.
_kept = re.compile("(?<![餅饼葡萄烘風风晒曬])乾(?![燥洗淨净杯果貨货糧粮電电衣])")


def clean(raw: str | None) -> str | None:
    """Return the readable content of a value, or None when there is none.

    Compatibility forms are folded (NFKC: full width becomes half width), controls, zero-width
    characters and lone surrogates removed, white space collapsed. Empty text, punctuation alone
    and words that mean "nothing" (``null``, ``N/A``, ``无``, ``-``) give None.
    """
    if not raw:
        return None
    text = raw
    while True:
        folded = _fold(text)
        if folded == text:
            break
        text = folded
    if not text or not _has_word(text):
        return None
    return None if _means_nothing(text) else text


def clean_short(raw: str | None) -> tuple[str | None, str | None]:
    """Clean one field and bound its length.

    Returns:
        The text and a problem code. ``too_long`` (over ``MAX_LENGTH``) comes with no text; an
        absent value is (None, None).
    """
    text = clean(raw)
    if text is not None and len(text) > MAX_LENGTH:
        return None, "too_long"
    return text, None


def has_cjk(s: str) -> bool:
    """Tell whether the text has at least one Han character."""
    return _has_han(s) is not None


def is_cjk(s: str) -> bool:
    """Tell whether the text is Han characters and nothing else."""
    return _han_only(s) is not None


def to_simplified(s: str) -> str:
    """Turn traditional Chinese into simplified; other text passes unchanged.

    Lone surrogates, which no converter takes, are dropped on the way.
    """
    if _has_han(s) is None:
        return s
    if len(s) <= MAX_LENGTH:
        return _simplify_cached(s)
    return _simplify(s)


def to_pinyin(s: str, *, is_name: bool = True) -> str:
    """Spell Chinese as lower-case syllables without tones, one space between them.

    Args:
        s: any text; what is not Han passes lower-cased.
        is_name: read the first character(s) of two to four Han characters as a surname
            (单 as shan, 曾 as zeng); pass False for words that are no personal name.
    """
    if _has_han(s) is None:
        return " ".join(s.lower().split())
    if len(s) <= MAX_LENGTH:
        return _spell_cached(s, is_name)
    # A long text is spelt character by character: phrases would cost minutes for a megabyte.
    spelt = (_spell_cached(run, False) if _has_han(run) else run for run in _characters(s))
    return " ".join(" ".join(spelt).lower().split())


@lru_cache(maxsize=65_536)
def fold_words(text: str) -> str:
    """Return the words of a text in lower case, without accents, marks and doubled spaces."""
    if has_cjk(text):
        text = to_simplified(text)
    elif not text.isascii():
        text = unidecode(text)  # Васильев and Vasiliev
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(re.sub(r"['’`]", "", re.sub(r"[^\w'’`]+", " ", kept)).replace("_", " ").split())


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _invisible.sub("", text))
    return " ".join(_invisible.sub("", text).split())


def _means_nothing(text: str) -> bool:
    return len(text) < 12 and (text in _NULL_EXACT or text.lower() in _NULL_WORDS)


@cache
def _converter() -> Callable[[str], str]:
    # Imported at the first Chinese value: the dictionaries take tens of milliseconds.
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _simplify(s: str) -> str:
    convert = _converter()
    text = re.sub("[\ud800-\udfff]", "", s)
    for _ in range(4):
        parts = _kept.split(text)
        converted = "乾".join(convert(part) for part in parts)
        if converted == text:
            break
        text = converted
    return text


_simplify_cached = lru_cache(maxsize=65_536)(_simplify)


def _spell(s: str, is_name: bool) -> str:
    # Imported at the first Chinese value: its dictionaries take a third of a second.
    from pypinyin import lazy_pinyin

    syllables: list[str] = []
    rest = s
    if is_name and len(s) <= 4 and _han_only(s):
        family = surname.match_surname(s)
        reading = surname.SPECIAL_READINGS.get(family) if family else None
        if family and reading:
            syllables, rest = [reading], s[len(family) :]
    syllables += lazy_pinyin(rest) if rest else []
    return " ".join(" ".join(syllables).lower().split())


_spell_cached = lru_cache(maxsize=65_536)(_spell)
