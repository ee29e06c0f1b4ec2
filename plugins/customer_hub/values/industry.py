"""The sections and divisions of GB/T 4754 (national economic industry classification)."""

import re
from functools import lru_cache
from typing import Final

from customer_hub.values.text import MAX_LENGTH, clean, to_simplified

SECTIONS: Final = {
    "A": ("农、林、牧、渔业", 1, 5),
    "B": ("采矿业", 6, 12),
    "C": ("制造业", 13, 43),
    "D": ("电力、热力、燃气及水生产和供应业", 44, 46),
    "E": ("建筑业", 47, 50),
    "F": ("批发和零售业", 51, 52),
    "G": ("交通运输、仓储和邮政业", 53, 60),
    "H": ("住宿和餐饮业", 61, 62),
    "I": ("信息传输、软件和信息技术服务业", 63, 65),
    "J": ("金融业", 66, 69),
    "K": ("房地产业", 70, 70),
    "L": ("租赁和商务服务业", 71, 72),
    "M": ("科学研究和技术服务业", 73, 75),
    "N": ("水利、环境和公共设施管理业", 76, 79),
    "O": ("居民服务、修理和其他服务业", 80, 82),
    "P": ("教育", 83, 83),
    "Q": ("卫生和社会工作", 84, 85),
    "R": ("文化、体育和娱乐业", 86, 90),
    "S": ("公共管理、社会保障和社会组织", 91, 96),
    "T": ("国际组织", 97, 97),
}
"""Section letter to its name and its first and last two-digit division."""

# What people call a section or division without the standard at hand.
_EVERYDAY: Final = {
    "农业": "A01", "林业": "A02", "畜牧业": "A03", "渔业": "A04", "农林牧渔业": "A",
    "农林牧渔": "A", "采矿": "B", "矿业": "B", "制造": "C", "工业": "C", "食品制造业": "C14",
    "纺织业": "C17", "医药制造业": "C27", "汽车制造业": "C36", "建筑": "E", "批发零售": "F",
    "批发零售业": "F", "批发业": "F51", "批发": "F51", "零售业": "F52", "零售": "F52",
    "交通运输": "G", "物流": "G", "道路运输业": "G54", "住宿餐饮": "H", "住宿和餐饮": "H",
    "住宿业": "H61", "餐饮业": "H62", "餐饮": "H62", "信息技术": "I", "信息技术服务业": "I",
    "信息传输软件和信息技术服务业": "I", "软件和信息技术服务业": "I65", "软件": "I65",
    "互联网": "I64", "互联网和相关服务": "I64", "金融": "J", "银行": "J66", "保险业": "J68",
    "保险": "J68", "房地产": "K", "商务服务业": "L72", "租赁业": "L71", "科研": "M",
    "教育业": "P", "卫生": "Q84", "医疗": "Q84", "文化体育娱乐": "R", "公共管理": "S",
}  # fmt: skip

_code = re.compile("([A-Ta-t])?([0-9]{2})[0-9]{0,2}").fullmatch
_marks = re.compile("[、,，\\s和与及]")


def section_of(division: int) -> str | None:
    """Return the letter of the section that a two-digit division belongs to."""
    for letter, (_, first, last) in SECTIONS.items():
        if first <= division <= last:
            return letter
    return None


def parse_industry(raw: str | None) -> str | None:
    """Read an industry to a division (``I65``) or, where only that is known, a section (``I``).

    Takes ``I65``, ``65``, a longer class code (``I6510``), a section's letter or its Chinese name.
    A letter that does not own the division (``A65``) is unknown.
    """
    if raw is None or len(raw) > MAX_LENGTH:
        return None
    return _find(raw)


@lru_cache(maxsize=4_096)
def _find(raw: str) -> str | None:
    text = clean(raw)
    if text is None:
        return None
    if len(text) == 1 and text.upper() in SECTIONS:
        return text.upper()
    match = _code(text)
    if match is not None:
        letter = section_of(int(match[2]))
        given = match[1]
        fits = letter is not None and (given is None or given.upper() == letter)
        return f"{letter}{match[2]}" if fits else None
    return _by_name().get(_marks.sub("", to_simplified(text)))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    names = {_marks.sub("", name): found for name, found in _EVERYDAY.items()}
    for letter, (name, _, _) in SECTIONS.items():
        names.setdefault(_marks.sub("", name), letter)
    return names
