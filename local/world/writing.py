"""How clerks and customers distort single values: scripts, widths, typos, phone forms."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from opencc import OpenCC

_TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
# Characters that input methods offer for one another: the same sound, another sign.
_ALIKE_GROUPS = """\
伟卫维纬 娜那 静静敬 强墙 军君均 勇永咏 杰洁捷 涛滔 明铭鸣 超抄 刚钢 平萍苹 辉晖慧惠 鹏朋 飞菲霏
波博 斌彬宾 健建剑 亮量 浩昊皓 宇雨羽 志智致 国果 文雯 华桦骅 俊骏峻 海骸 林琳霖 峰锋丰 龙隆 芳方
丽莉利 艳燕雁 娟鹃 霞侠 玲铃灵 婷亭 红宏鸿 梅媚 秀绣 英颖莹 晓小筱 玉钰 丹单 欣新昕 佳嘉家 晶精
璐露 琴勤 怡宜仪 瑶遥 梦孟 诗施 雅亚 子梓紫 思斯 悦月 轩宣 泽则 成城诚 达大 盛胜 信鑫 祥翔 福富
恒衡 通同 源元 泰太 兴星"""
_ALIKE = {char: group.replace(char, "") for group in _ALIKE_GROUPS.split() for char in group}


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2t")


def to_traditional(text: str) -> str:
    """Return text in traditional characters."""
    return str(_converter().convert(text))


def to_full_width(text: str) -> str:
    """Return text with full-width letters and digits."""
    return text.translate(_TO_FULL_WIDTH)


def mistype(rng: Random, text: str, keep: int = 0) -> str:
    """Return text with one wrong character, never among the first ``keep`` ones.

    A Chinese character becomes one that sounds alike; Latin letters swap with their neighbour.
    """
    spots = [at for at in range(keep, len(text)) if text[at] in _ALIKE and _ALIKE[text[at]]]
    if spots:
        at = rng.choice(spots)
        return text[:at] + rng.choice(_ALIKE[text[at]]) + text[at + 1 :]
    letters = [
        at
        for at in range(max(1, keep), len(text) - 1)
        if text[at : at + 2].isascii() and text[at : at + 2].isalpha()
    ]
    if letters:
        at = rng.choice(letters)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def mistype_digit(rng: Random, number: str) -> str:
    """Return a phone number with one of its last six digits wrong."""
    at = len(number) - rng.randrange(1, 7)
    if not number[at].isdigit():
        return number
    return number[:at] + str((int(number[at]) + rng.randrange(1, 10)) % 10) + number[at + 1 :]


def write_mobile(rng: Random, number: str) -> str:
    """Return a mobile in one of the forms in use: plain, dashed, spaced, +86, 0086, full width."""
    if not number or number.startswith("+"):
        return number if rng.random() < 0.7 else number.replace(" ", "-")
    turn = rng.random()
    if turn < 0.62:
        return number
    dashed = f"{number[:3]}-{number[3:7]}-{number[7:]}"
    if turn < 0.72:
        return dashed
    if turn < 0.78:
        return dashed.replace("-", " ")
    if turn < 0.86:
        return f"+86 {number}"
    if turn < 0.91:
        return f"+86-{dashed}"
    if turn < 0.95:
        return f"0086{number}"
    if turn < 0.98:
        return f"86{number}"
    return to_full_width(number)


def write_landline(rng: Random, number: str) -> str:
    """Return a landline in one of the forms in use, now and then with an extension."""
    if not number or number.startswith("+"):
        return number
    area, local = number.split("-")
    turn = rng.random()
    if turn < 0.6:
        return number
    if turn < 0.72:
        return f"({area}){local}"
    if turn < 0.84:
        return f"+86 {area[1:]} {local}"
    if turn < 0.92:
        return f"{number}转{rng.randrange(801, 899)}"
    return area + local


def mask_phone(number: str) -> str:
    """Return a Chinese mobile as marketplaces show it: 138****1234."""
    return f"{number[:3]}****{number[-4:]}" if number.isdigit() else number
