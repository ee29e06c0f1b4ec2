"""Part a company's name from the names that it had before: 新名有限公司(原旧名有限公司)."""

import re
from typing import Final

from customer_hub.values import english_company
from customer_hub.values.text import has_cjk

_is: Final = "[为是叫系:\\s]*"
_told: Final = "(?:曾用名称?|原(?:公司|企业|单位)?名称?|旧称|旧名|前称|前身|更名前|变更前)"
# 原 alone begins many a word and some towns (原料, 原址, 原平): what follows must be a company's name.
_bare: Final = (
    "原(?![料创生子野始木油味本装点材厂址乡属平阳浆煤种品])"
    r"(?=[^()]*(?:\([^()]*\)[^()]*)?(?:公司|集团|厂)\))"
)
_english: Final = r"(?:formerly|previously)\b(?! (?:of|at|in|by|with|for|the)\b)"
_known_as: Final = r"(?:formerly|previously) (?:known|trading) as\b|\bf/?k/?a\b"
_inner: Final = r"((?:[^()]|\([^()]*\))*)"
_bracketed: Final = re.compile(
    rf"\s*\((?:(?:{_told}|{_bare}){_is}|(?:{_known_as}|{_english})[:\s]+){_inner}\)", re.IGNORECASE
)
# Previously Owned Cars is a name: outside of brackets only a comma and "formerly" tell.
_trailing: Final = re.compile(
    rf"(?:[\s,;-]+{_told}{_is}|[\s,;-]+(?:{_known_as})[:\s]+|\s*[,;]\s*formerly[:\s]+)(\S.*)$",
    re.IGNORECASE,
)
_between: Final = re.compile("[、;]")
_between_chinese: Final = re.compile("[、;,/]")
_SHORTEST: Final = 2
_nothing: Final = re.compile(r"无|没有|暂无|不详|未知|none|n/?a|nil|unknown|[\W_]*", re.IGNORECASE)

_hint: Final = re.compile(
    "曾用|原|旧[称名稱]|舊|前[称身稱]|更名|变更|變更|formerly|previously|f/?k/?a", re.IGNORECASE
)

FORMER_NOTE: Final = r"\((?:曾用名:|formerly )"
"""Begins what `join_former` writes behind a name: a pattern."""


def may_tell_former(text: str) -> bool:
    """Tell whether a name is worth a closer look: few hold a word that begins a former one."""
    return _hint.search(text) is not None


def split_former(text: str) -> tuple[str, tuple[str, ...]]:
    """Part a normalised name from those that the company had before.

    Args:
        text: a name with plain brackets and blanks.

    Returns:
        The name of today, and the former ones as they were written. A name that would be lost
        with them (nothing stands before the bracket) is returned whole.
    """
    today, former = text, list[str]()
    while match := _bracketed.search(today) or _trailing.search(today):
        rest = f"{today[: match.start()]}{today[match.end() :]}".strip()
        given = [each.strip() for each in _split(match[1])]
        names = [each for each in given if _is_name(each)]
        # 曾用名:无 says that there is none: the note goes, and leaves nothing.
        says_none = all(map(_nothing.fullmatch, given))
        if len(rest) < _SHORTEST or not (names or says_none):
            break
        today = rest
        former += names
    return today, tuple(dict.fromkeys(former))


def _is_name(text: str) -> bool:
    if len(text) < _SHORTEST or _nothing.fullmatch(text):
        return False
    return not english_company.is_form(text)  # The FKA Group Ltd


def _split(names: str) -> list[str]:
    return (_between_chinese if has_cjk(names) else _between).split(names)


def join_former(today: str, former: tuple[str, ...]) -> str:
    """Return a name with its former ones behind it, as `split_former` reads it."""
    if not former:
        return today
    if has_cjk(today):
        return f"{today}(曾用名:{'、'.join(former)})"
    return f"{today} (formerly {'; '.join(former)})"
