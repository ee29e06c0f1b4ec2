"""Part a company's name from the names that it had before: 新名有限公司(原旧名有限公司)."""

import re
from typing import Final

from customer_hub.values.text import has_cjk

# 原 alone begins many a word (原料, 原创): it must stand before what a company is called.
_TELLS: Final = (
    "(?:曾用名称?|原名称?|旧称|旧名|前称|前身[为是]?|更名前[为是]?|变更前[为是]?"
    "|原(?=[^()]*(?:公司|集团|厂|店|行|所|院|中心|合作社))(?![料创生子野始木油味本装点来材])"
    r"|\b(?:formerly|previously)(?: (?:known|trading) as)?\b|\bf/?k/?a\b)"
)
FORMER_NOTE: Final = r"\((?:曾用名:|formerly )"
"""Begins what `join_former` writes behind a name: a pattern."""

_inner: Final = r"((?:[^()]|\([^()]*\))+)"
_bracketed: Final = re.compile(rf"\s*\({_TELLS}[:\s]*{_inner}\)", re.IGNORECASE)
_trailing: Final = re.compile(rf"[\s,;-]+{_TELLS}[:\s]+(\S.*)$", re.IGNORECASE)
_between: Final = re.compile("[、;]")
_SHORTEST: Final = 2


def split_former(text: str) -> tuple[str, tuple[str, ...]]:
    """Part a normalised name from those that the company had before.

    Args:
        text: a name with plain brackets and blanks.

    Returns:
        The name of today, and the former ones as they were written. A name that would be lost
        with them (nothing stands before the bracket) is returned whole.
    """
    match = _bracketed.search(text) or _trailing.search(text)
    if match is None:
        return text, ()
    today = f"{text[: match.start()]}{text[match.end() :]}".strip()
    names = (name.strip() for name in _between.split(match[1]))
    former = tuple(name for name in names if len(name) >= _SHORTEST)
    return (today, former) if len(today) >= _SHORTEST and former else (text, ())


def join_former(today: str, former: tuple[str, ...]) -> str:
    """Return a name with its former ones behind it, as `split_former` reads it."""
    if not former:
        return today
    if has_cjk(today):
        return f"{today}(曾用名:{'、'.join(former)})"
    return f"{today} (formerly {'; '.join(former)})"
