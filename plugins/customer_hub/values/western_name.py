"""Read names in Latin letters: Western ones, and Chinese ones written in pinyin."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from customer_hub.values.surname import rank_latin

_TITLES = {
    "mr": "Mr", "mister": "Mr", "ms": "Ms", "mrs": "Ms", "miss": "Ms", "madam": "Ms", "mme": "Ms",
    "dr": "Dr", "doctor": "Dr", "prof": "Prof", "professor": "Prof", "sir": "Sir",
}  # fmt: skip
_SUFFIXES = {
    "jr": "Jr", "sr": "Sr", "ii": "II", "iii": "III", "iv": "IV", "phd": "PhD", "md": "MD",
    "esq": "Esq",
}  # fmt: skip
_PARTICLES_TEXT: Final = (
    "van von de der den da di del della du dos das la le ter ten bin ibn al el st zu"
)
_PARTICLES = frozenset(_PARTICLES_TEXT.split())
# Letters that no decomposition turns into plain ones.
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)

_FINALS = {
    "": "a o e ai ei ao ou an en ang er yi ya yo ye yao you yan yin yang ying yong yu yue yuan yun "
    "wa wo wai wei wan wen wang weng wu",
    "b p": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "m f": "a o ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "d t n l": "a o e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo ui uan un "
    "ue v ve",
    "g k h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j q x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh ch sh r z c s": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
}
SYLLABLES = frozenset(
    initial + final
    for initials, finals in _FINALS.items()
    for initial in (initials.split() or [""])
    for final in finals.split()
) | {"lyu", "nyu"}
_syllables = re.compile(
    f"(?:{'|'.join(sorted(SYLLABLES, key=lambda s: (-len(s), s)))}){{1,3}}"
).fullmatch
# Lü is typed as Lv, Lyu or Lü.
_umlaut_pinyin = re.compile(r"\b([ln])(?:ü|yu)(?=e?\b)")
_camel = re.compile("([A-Z][a-z]+)([A-Z][a-z]+)").fullmatch
_latin = re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]").search


@dataclass(frozen=True, slots=True)
class WesternName:
    """A name in Latin letters; ``key`` is surname and given name folded to plain letters."""

    full: str | None = None
    surname: str | None = None
    given: str | None = None
    title: str | None = None
    suffix: str | None = None
    key: str | None = None
    is_ambiguous: bool = False
    is_pinyin: bool = False
    is_latin: bool = True


@dataclass(frozen=True, slots=True)
class _Split:
    surname: str | None
    given: str | None
    is_ambiguous: bool = False
    is_pinyin: bool = False


def parse_western(text: str) -> WesternName:
    """Read a cleaned whole name: ``First Last``, ``Last, First``, or pinyin in either order."""
    title, body = _take_title(text)
    body, suffix = _take_suffix(body)
    if not body:
        return WesternName(full=title, title=title) if title else WesternName()
    split = _split(body)
    if title and split.surname is None:
        # "Mr Smith": one name behind a title is the surname.
        split = _Split(split.given, None)
    return _build(split, title, suffix)


def parse_western_parts(surname: str, given: str) -> WesternName:
    """Read a cleaned surname and given name that a channel keeps apart."""
    title, first = _take_title(given)
    _, family = _take_title(surname)
    family, suffix = _take_suffix(family.replace(",", " "))
    first, other = _take_suffix(first.replace(",", " "))
    family, first = _join(family), _join(first)
    if not family or not first:
        return parse_western(f"{title or ''} {family or first}".strip())
    both_pinyin = reads_as_pinyin(family) and reads_as_pinyin(first)
    if both_pinyin and rank_latin(fold(family)) is None and rank_latin(fold(first)) is not None:
        # Typed into each other's field: only one of them is a surname.
        return _build(_Split(first, family, True, True), title, suffix or other)
    is_pinyin = reads_as_pinyin(first) and rank_latin(fold(family)) is not None
    return _build(_Split(family, first, False, is_pinyin), title, suffix or other)


def write_given(text: str) -> str:
    """Return the words of a given name as they are written, without titles."""
    words = _join(text.replace(",", " ").replace("·", " ")).split()
    return " ".join(_write_token(word) for word in words if word.rstrip(".").lower() not in _TITLES)


def fold(text: str) -> str:
    """Return the plain lower-case letters of a name: no accents, spaces, hyphens or dots."""
    lower = _umlaut_pinyin.sub(r"\1v", text.lower())
    plain = unicodedata.normalize("NFKD", lower.translate(_PLAIN))
    return "".join(c for c in plain if c.isalpha())


def _take_title(text: str) -> tuple[str | None, str]:
    head, _, rest = text.partition(" ")
    title = _TITLES.get(head.rstrip(".").lower())
    if title and (rest or head != head.lower()):
        return title, rest.strip()
    match = re.match(r"(mr|mrs|ms|dr)\.\s*(?=\w)", text, re.IGNORECASE)
    return (_TITLES[match[1].lower()], text[match.end() :]) if match else (None, text)


def _take_suffix(text: str) -> tuple[str, str | None]:
    head, mark, tail = text.rpartition(",")
    if mark and _as_suffix(tail) and head.strip():
        return head.strip(" ,"), _as_suffix(tail)
    head, mark, tail = text.rpartition(" ")
    if mark and _as_suffix(tail) and head.strip(" ,"):
        return head.strip(" ,"), _as_suffix(tail)
    return text, None


def _as_suffix(text: str) -> str | None:
    return _SUFFIXES.get(text.replace(".", "").strip().lower())


def _split(body: str) -> _Split:
    family, comma, first = body.partition(",")
    family, first = _join(family), _join(first.replace(",", " "))
    if comma and family and first:
        is_pinyin = rank_latin(fold(family)) is not None and reads_as_pinyin(first)
        return _Split(family, first, False, is_pinyin)
    tokens = _join(body.replace(",", " ")).split()
    tokens = _split_camel(tokens)
    if len(tokens) < 2:
        return _Split(None, tokens[0] if tokens else None, True)
    by_case = _split_by_case(tokens)
    if by_case is not None:
        return by_case
    return _split_pinyin(tokens) or _split_western(tokens)


def _join(text: str) -> str:
    return " ".join(text.replace(".", " ").split()).strip(" -'’")


def _split_camel(tokens: list[str]) -> list[str]:
    if len(tokens) != 1:
        return tokens
    match = _camel(tokens[0])
    if (
        match
        and reads_as_pinyin(match[1])
        and reads_as_pinyin(match[2])
        and rank_latin(match[1].lower())
    ):
        return [match[1], match[2]]
    return tokens


def _split_by_case(tokens: list[str]) -> _Split | None:
    """Read "ZHANG Wei" and "John SMITH": the one part in capitals is the surname."""
    loud = [n for n, token in enumerate(tokens) if _is_loud(token)]
    if len(loud) != 1 or loud[0] not in (0, len(tokens) - 1):
        return None
    family = tokens[loud[0]]
    rest = [token for n, token in enumerate(tokens) if n != loud[0]]
    is_pinyin = rank_latin(fold(family)) is not None and all(map(reads_as_pinyin, rest))
    return _Split(family, " ".join(rest), False, is_pinyin)


def _is_loud(token: str) -> bool:
    return token.isupper() and (len(token) >= 3 or rank_latin(token.lower()) is not None)


def _split_pinyin(tokens: list[str]) -> _Split | None:
    if len(tokens) > 4 or not all(map(reads_as_pinyin, tokens)):
        return None
    front, back = rank_latin(fold(tokens[0])), rank_latin(fold(tokens[-1]))
    if front is None and back is None:
        return None
    # Equal ranks (two compound surnames, or the same one) stay in Chinese order.
    is_front = back is None or (front is not None and front <= back)
    family = tokens[0] if is_front else tokens[-1]
    given = tokens[1:] if is_front else tokens[:-1]
    is_ambiguous = front is not None and back is not None and front != back
    return _Split(family, "".join(given).lower(), is_ambiguous, True)


def reads_as_pinyin(token: str) -> bool:
    """Tell whether a word consists of one to three syllables of pinyin: xiaoming, but Lina as well."""
    plain = fold(token)
    return len(plain) <= 18 and _syllables(plain) is not None


def _split_western(tokens: list[str]) -> _Split:
    start = len(tokens) - 1
    for n in range(1, len(tokens) - 1):
        if tokens[n].lower() in _PARTICLES:
            start = n
            break
    return _Split(" ".join(tokens[start:]), " ".join(tokens[:start]))


def _build(split: _Split, title: str | None, suffix: str | None) -> WesternName:
    family = _write(split.surname) if split.surname else None
    first = _write(split.given) if split.given else None
    if first and split.is_pinyin:
        first = _write(re.sub("[^\\w]", "", first).lower())
    key = " ".join(folded for folded in (fold(family or ""), fold(first or "")) if folded)
    full = _show(family, first, title, suffix, split.is_pinyin)
    is_latin = _latin(full or "") is not None
    return WesternName(
        full,
        family,
        first,
        title,
        suffix,
        key or None,
        split.is_ambiguous,
        split.is_pinyin,
        is_latin,
    )


def _show(
    family: str | None, first: str | None, title: str | None, suffix: str | None, is_pinyin: bool
) -> str | None:
    if family is None or first is None:
        name = family or first
        shown = f"{title} {name}" if name and title and first is None else name
    else:
        natural = f"{family} {first}" if is_pinyin else f"{first} {family}"
        again = _split(natural)
        is_same = (again.surname, fold(again.given or "")) == (family, fold(first))
        shown = natural if is_same else f"{family}, {first}"
    return f"{shown} {suffix}" if shown and suffix else shown


def _write(name: str) -> str:
    """Give a part its capitals unless it came in mixed case."""
    return " ".join(map(_write_token, name.split()))


def _write_token(token: str) -> str:
    if token.lower() in _PARTICLES and token != token.upper():
        return token
    if token.isupper() or token.islower():
        if len(token) == 1:
            return token.upper()
        return re.sub(r"[^\W\d_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), token)
    return token
