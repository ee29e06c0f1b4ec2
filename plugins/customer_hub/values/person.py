"""Read a person's name: Chinese, pinyin or Western, whole or as a title form (王先生)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from customer_hub.values import surname as families
from customer_hub.values import western_name
from customer_hub.values.text import clean, clean_short, has_cjk, is_cjk, to_pinyin, to_simplified

Script = Literal["zh", "latin"]

# Longest first; what each is kept as.
_TITLES = {
    "董事长": "董事长", "总经理": "总经理", "副总经理": "副总", "负责人": "负责人",
    "工程师": "工程师",
    "先生": "先生", "女士": "女士", "小姐": "女士", "太太": "女士", "夫人": "女士", "经理": "经理",
    "老师": "老师", "医生": "医生", "大夫": "医生", "主任": "主任", "教授": "教授", "博士": "博士",
    "师傅": "师傅", "主管": "主管", "老板": "老板", "会计": "会计", "店长": "店长", "律师": "律师",
    "同学": "同学", "阿姨": "阿姨", "总监": "总监", "厂长": "厂长", "部长": "部长", "科长": "科长",
    "处长": "处长", "院长": "院长", "校长": "校长", "助理": "助理", "秘书": "秘书", "副总": "副总",
    "总": "总", "工": "工", "董": "董", "哥": "哥", "姐": "姐", "叔": "叔", "姨": "姨",
}  # fmt: skip
_LONG_TITLES = tuple(sorted((t for t in _TITLES if len(t) > 1), key=len, reverse=True))
# After one surname only: 李明工 is somebody's name, 李工 is not.
_SHORT_TITLES = frozenset(t for t in _TITLES if len(t) == 1)

_dots = re.compile("\\s*[·•・‧∙⋅․]\\s*|(?<=[\u3400-\u9fff])\\s*\\.\\s*(?=[\u3400-\u9fff])")
# In brackets, or a nickname in quotes between two words: Bernd "Bernie" Maier.
_remark = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】"
    r"|(?<=[a-zA-Z\u00c0-\u024f.]\s)[\"“„«][^\"“”„«»]+[\"”“»](?=\s+[a-zA-Z\u00c0-\u024f])"
)
_not_a_name = re.compile(r"[0-9]{3,}|[@\\{}=<>]|有限公司|股份公司|集团$|公司$")
_noise = re.compile(r"[^\w\s'’\-.,·]|[\d_]")
_han_run = re.compile("[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·]+")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name and its parts.

    ``full`` is the normalised name; ``pinyin`` is surname, then given name, lower-case, no space
    inside a part. ``is_partial`` marks a form without a given name (王先生, 老李). ``is_ambiguous``
    says that which part is the surname was decided by frequency. ``problem`` is ``too_long`` or
    ``not_a_name``.
    """

    full: str | None = None
    surname: str | None = None
    given: str | None = None
    title: str | None = None
    suffix: str | None = None
    script: Script | None = None
    pinyin: str | None = None
    is_partial: bool = False
    is_ambiguous: bool = False
    is_pinyin: bool = False
    problem: str | None = None


def parse_person(
    raw: str | None, surname: str | None = None, given: str | None = None
) -> PersonName:
    """Read a person's name.

    Args:
        raw: the whole name, as people write it.
        surname: the family name where a channel keeps it apart; used with ``given`` in place of
            ``raw`` when both are there.
        given: the given name where a channel keeps it apart.
    """
    cleaned = [_prepare(value) for value in (raw, surname, given)]
    problem = next((trouble for _, trouble in cleaned if trouble), None)
    whole, family, first = (text for text, _ in cleaned)
    if problem:
        return PersonName(problem=problem)
    if family and first:
        return _settle(_parse_parts(family, first), None)
    text = whole or family or first
    return _settle(_parse_whole(text), text) if text else PersonName()


def _settle(name: PersonName, text: str | None) -> PersonName:
    """Return the reading of a name whose normal form is read the same way.

    Real names are settled at once; scraps of words may take a step or two.
    """
    for _ in range(4):
        if name.full is None or name.full == text:
            return name
        text, problem = _prepare(name.full)
        again = _parse_whole(text) if text else PersonName(problem=problem)
        if _parts(again) == _parts(name):
            return name
        name = again
    return PersonName(problem="not_a_name")


def _parts(name: PersonName) -> tuple[str | None, ...]:
    return name.full, name.surname, name.given, name.pinyin


def _prepare(value: str | None) -> tuple[str | None, str | None]:
    text, problem = clean_short(value)
    if text is None:
        return None, problem
    # What is taken out may have stood between two halves of a word: until nothing changes.
    while True:
        if _not_a_name.search(text):
            return None, "not_a_name"
        shorter = clean(_tidy(text)) or ""
        if not any(character.isalpha() for character in shorter):
            return None, "not_a_name"
        if shorter == text:
            return text, None
        text = shorter


def _tidy(text: str) -> str:
    text = _noise.sub(" ", _dots.sub("·", _remark.sub(" ", to_simplified(text))))
    return _dots.sub("·", " ".join(text.split())).strip(" ,·-'’")


@lru_cache(maxsize=65_536)
def _parse_whole(text: str) -> PersonName:
    if not has_cjk(text):
        return _from_western(western_name.parse_western(text))
    return _parse_han(text)


@lru_cache(maxsize=65_536)
def _parse_parts(family: str, first: str) -> PersonName:
    if not has_cjk(family + first):
        return _from_western(western_name.parse_western_parts(family, first))
    if not (is_cjk(family) and is_cjk(first)):
        return _parse_whole(f"{family} {first}")
    if first.startswith(family) and len(first) > len(family):
        # The whole name again in the field for the given name.
        return _parse_whole(first)
    if families.match_surname(family) != family and families.match_surname(first) == first:
        return _build_han(first, family, None, is_ambiguous=True)
    core, title = _take_title(family + first)
    if core == family:
        return _build_han(family, None, title)
    return _build_han(family, core[len(family) :], title)


def _parse_han(text: str) -> PersonName:
    names = [part for part in text.replace(",", " ").replace(".", " ").split() if has_cjk(part)]
    joined = "".join("".join(_han_run.findall(part)) for part in names).strip("·")
    latin = western_name.write_given(_han_run.sub(" ", text))
    if len(joined) == 1 and latin:
        # "David 张": the given name is the Western one.
        pinyin = f"{_spell(joined, is_family=True)} {western_name.fold(latin)}"
        return PersonName(f"{latin} {joined}", joined, latin, None, None, "zh", pinyin)
    if "·" in joined:
        return _parse_dotted(joined)
    if len(names) == 2 and all(map(is_cjk, names)) and len(names[0]) <= 4:
        return _parse_pair(*names)
    return _parse_run(joined)


def _parse_pair(first: str, second: str) -> PersonName:
    """Read two words: the space says where the surname ends, in either order."""
    if families.match_surname(first) == first:
        core, title = _take_title(first + second)
        return _build_han(first, core[len(first) :] or None, title)
    if families.match_surname(second) == second and second not in _TITLES:
        return _build_han(second, first, None, is_ambiguous=True)
    given, title = _take_title(second)
    if not given or len(first) > 2:
        return _parse_run(first + second)
    return _build_han(first, given, title, is_ambiguous=True)


def _parse_run(joined: str) -> PersonName:
    core, title = _take_title(joined)
    if not core:
        return PersonName(joined, None, None, title, None, "zh", None, is_partial=True)
    if len(core) == 2 and core[0] in "老小阿" and title is None:
        inner = families.match_surname(core[1])
        if inner and families.match_surname(core) is None:
            pinyin = _spell(inner, is_family=True)
            return PersonName(core, inner, None, None, None, "zh", pinyin, is_partial=True)
    family, given, is_ambiguous = _divide(core, has_title=title is not None)
    return _build_han(family, given, title, is_ambiguous=is_ambiguous)


def _divide(core: str, *, has_title: bool) -> tuple[str | None, str | None, bool]:
    """Return surname, given name and whether that is a guess, of a name without its title."""
    family = families.match_surname(core)
    rest = core[len(family) :] if family else core
    if family and len(rest) <= 3:
        return family, rest or None, False
    if family is None and len(core) == 1 and has_title:
        return core, None, True
    if family is None and 2 <= len(core) <= 3:
        return core[0], core[1:], True
    # Longer than any Chinese name: a transliteration without dots, kept whole.
    return None, core, False


def _parse_dotted(joined: str) -> PersonName:
    parts = [part for part in joined.split("·") if part]
    core, title = _take_title(parts[-1])
    if len(parts) < 2 or not core:
        return _parse_run("".join(parts))
    given = "·".join(parts[:-1])
    pinyin = _spell(core) + " " + "".join(_spell(part) for part in parts[:-1])
    return PersonName(f"{given}·{core}", core, given, title, None, "zh", pinyin)


def _take_title(text: str) -> tuple[str, str | None]:
    """Take the title off the end; what comes back ends in none, so that it stays settled."""
    core, found = _take_one_title(text)
    while found is not None:
        shorter, again = _take_one_title(core)
        if again is None:
            return core, found
        core, found = shorter, again
    return core, found


def _take_one_title(text: str) -> tuple[str, str | None]:
    for title in _LONG_TITLES:
        if text.endswith(title):
            return text[: -len(title)], _TITLES[title]
    last, before = text[-1:], text[:-1]
    if last in _SHORT_TITLES and before and families.match_surname(before) == before:
        return before, _TITLES[last]
    if last == "总" and 2 <= len(before) <= 4 and families.match_surname(before):
        return before, "总"
    return text, None


def _build_han(
    family: str | None, given: str | None, title: str | None, *, is_ambiguous: bool = False
) -> PersonName:
    pinyin = " ".join(_spell(part, is_family=part is family) for part in (family, given) if part)
    if family and given is None:
        full = family + (title or "")
        return PersonName(
            full, family, None, title, None, "zh", pinyin, True, is_ambiguous or not title
        )
    full = (family or "") + (given or "")
    settled = _is_settled(full, family, given)
    shown = full if settled else f"{family} {given}"
    return PersonName(shown, family, given, title, None, "zh", pinyin, False, is_ambiguous)


def _is_settled(full: str, family: str | None, given: str | None) -> bool:
    """Tell whether the name, read again without a space, falls into the same parts."""
    core, title = _take_title(full)
    return title is None and _divide(core, has_title=False)[:2] == (family, given)


def _spell(part: str, *, is_family: bool = False) -> str:
    return to_pinyin(part, is_name=is_family).replace(" ", "").replace("·", "")


def _from_western(name: western_name.WesternName) -> PersonName:
    return PersonName(
        full=name.full,
        surname=name.surname,
        given=name.given,
        title=name.title,
        suffix=name.suffix,
        script="latin" if name.is_latin else None,
        pinyin=name.key,
        is_partial=name.surname is None or name.given is None,
        is_ambiguous=name.is_ambiguous,
        is_pinyin=name.is_pinyin,
        problem=None if name.full else "not_a_name",
    )
