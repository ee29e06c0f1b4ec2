"""Read company names in Latin letters: legal form, place, industry, branch, department."""

import re
from dataclasses import dataclass
from typing import Final

from customer_hub.values import region

# As written, without dots and commas, to the canonical form; the longest is tried first.
_FORMS: Final = {
    "company limited": "Ltd", "co limited": "Ltd", "co ltd": "Ltd", "coltd": "Ltd", "ltd": "Ltd",
    "limited": "Ltd", "ltd co": "Ltd", "pte ltd": "Ltd", "pty ltd": "Ltd", "pvt ltd": "Ltd",
    "private limited": "Ltd", "limited liability company": "LLC", "llc": "LLC", "l l c": "LLC",
    "llp": "LLP", "lp": "LP", "inc": "Inc", "incorporated": "Inc", "corp": "Inc",
    "corporation": "Inc", "plc": "PLC", "gmbh": "GmbH", "gmbh & co kg": "GmbH", "mbh": "GmbH",
    "ag": "AG", "kg": "KG", "sa": "SA", "s a": "SA", "sarl": "SARL", "s a r l": "SARL",
    "srl": "SRL", "s r l": "SRL", "spa": "SpA", "s p a": "SpA", "bv": "BV", "b v": "BV",
    "nv": "NV", "n v": "NV", "oy": "Oy", "ab": "AB", "as": "AS", "aps": "ApS", "kk": "KK",
    "k k": "KK", "sdn bhd": "Sdn Bhd", "bhd": "Bhd", "co": "Co", "company": "Co",
    "group": "Group", "group co ltd": "Ltd", "youxian gongsi": "Ltd", "jituan": "Group",
    "youxian zeren gongsi": "Ltd", "gufen youxian gongsi": "Ltd", "gongsi": "Co",
}  # fmt: skip
_LONGEST_FORM: Final = max(len(form.split()) for form in _FORMS)
# Words that are also ordinary ones make no organisation by themselves.
_SURE_FORMS: Final = frozenset(
    {"Ltd", "LLC", "LLP", "Inc", "PLC", "GmbH", "AG", "SARL", "SRL", "BV", "Sdn Bhd", "Bhd"}
)
_INDUSTRIES_TEXT: Final = (
    "technology technologies tech trading trade trades international electronics electronic "
    "software network networks information industrial industry industries manufacturing import "
    "export logistics supply chain consulting consultants services service solutions systems "
    "holdings holding investment investments group engineering construction machinery equipment "
    "materials chemical chemicals pharmaceutical pharmaceuticals pharma medical bio biotech "
    "biotechnology foods food beverage textile garment furniture media culture education energy "
    "power environmental auto automobile automotive motors financial finance bank insurance "
    "capital development enterprise enterprises partners labs retail stores and &"
)
_INDUSTRIES: Final = frozenset(_INDUSTRIES_TEXT.split())
_ORGANISATIONS: Final = re.compile(
    r"\b(?:university|college|school|hospital|institute|bank|hotel|foundation|association|"
    r"corporation|company|enterprises|technologies|holdings|group|gmbh|council|ministry|"
    r"gongsi|jituan)\b",
    re.IGNORECASE,
)
# Owens and Sons; Jones, Butler and Hopkins.
_PARTNERS: Final = re.compile(
    r"(?:\band|&) (?:sons|brothers|bros|daughters|partners|associates|co)\b"
    r"|^[\w'-]+(?:, [\w'-]+)+,? (?:and|&) [\w'-]+$",
    re.IGNORECASE,
)
_branch = re.compile(
    r"[\s,(-]+((?:(?:hong kong|new york|[\w'-]+)\s)?(?:branch office|branch|representative office|"
    r"rep office|office|subsidiary))\)?$",
    re.IGNORECASE,
)
_department = re.compile(
    r"[\s,(/-]+((?:purchasing|procurement|finance|accounting|accounts|sales|marketing|hr|"
    r"human resources|it|technical|engineering|legal|logistics|customer service|r&d|operations|"
    r"admin|administration)\s(?:department|dept|division|team))\.?\)?$",
    re.IGNORECASE,
)
_bracketed = re.compile(r"\s*\(([^()]*)\)\s*")


@dataclass(frozen=True, slots=True)
class EnglishName:
    """The parts of a company's name in Latin letters."""

    full: str
    place: str | None
    brand: str | None
    industry: str | None
    legal_form: str | None
    branch: str | None
    department: str | None
    core: str | None
    stem: str


def split(text: str) -> EnglishName:
    """Split a cleaned name into its parts."""
    full = text.strip(" ,;-/")
    if not full:
        full = text
    rest, department = _cut(full, _department)
    head, branch = _cut_branch(rest)
    bare, place = _take_bracketed_place(head)
    tokens = _tokens(bare)
    tokens, form = _take_form(tokens)
    tokens, prefix = _take_place(tokens)
    brand, industry = _split_industry(tokens)
    if not brand and prefix:
        tokens, brand = [prefix, *tokens], [prefix]
    core = " ".join(re.sub(r"[\W_]", "", token).lower() for token in tokens)
    return EnglishName(
        full=full,
        place=place or prefix,
        brand=" ".join(brand) or None,
        industry=" ".join(industry) or None,
        legal_form=form,
        branch=branch,
        department=department,
        core=" ".join(core.split()) or None,
        stem=head,
    )


def is_department(text: str) -> bool:
    """Tell whether a text names a department and nothing else: Finance Department."""
    return _department.fullmatch(f" {text}") is not None


def is_form(text: str) -> bool:
    """Tell whether a text is a legal form and nothing else: Group Ltd."""
    left, _ = _take_form(_tokens(text))
    return " ".join(left).lower() in _FORMS


def is_company(text: str) -> bool:
    """Tell whether a cleaned name in Latin letters is an organisation's."""
    found = split(text)
    if found.department or found.branch or found.legal_form in _SURE_FORMS:
        return True
    if _PARTNERS.search(text):
        return True
    return _ORGANISATIONS.search(text) is not None and len(text.split()) >= 2


def _cut(text: str, pattern: re.Pattern[str]) -> tuple[str, str | None]:
    match = pattern.search(text)
    if match is None or match.start() < 2:
        return text, None
    return text[: match.start()].rstrip(" ,(-/"), match[1]


def _cut_branch(text: str) -> tuple[str, str | None]:
    head, branch = _cut(text, _branch)
    first = branch.split()[0].lower() if branch else ""
    if branch and first.strip(".") in _FORMS:
        # "Acme Inc Office" has an office, but not one at "Inc".
        return text[: -len(branch)] + branch.split()[0], branch.partition(" ")[2] or None
    return head, branch


def _take_bracketed_place(text: str) -> tuple[str, str | None]:
    place: str | None = None
    for match in _bracketed.finditer(text):
        inner = match[1].strip()
        if inner.lower() in ("china", "asia", "asia pacific", "apac") or region.find_latin(inner):
            place = inner.title()
            text = text.replace(match[0], " ", 1)
    return text, place


def _tokens(text: str) -> list[str]:
    return re.sub(r"[,.()\[\]\"]+", " ", text).split()


def _take_form(tokens: list[str]) -> tuple[list[str], str | None]:
    found: str | None = None
    while True:
        for size in range(min(_LONGEST_FORM, len(tokens) - 1), 0, -1):
            form = _FORMS.get(" ".join(tokens[-size:]).lower())
            if form is not None:
                tokens = tokens[:-size]
                found = found or form
                break
        else:
            return tokens, found


def _take_place(tokens: list[str]) -> tuple[list[str], str | None]:
    if len(tokens) < 2 or not tokens[0].isalpha() or len(tokens[0]) < 4:
        return tokens, None
    if region.find_latin(tokens[0]):
        return tokens[1:], tokens[0].title()
    return tokens, None


def _split_industry(tokens: list[str]) -> tuple[list[str], list[str]]:
    cut = len(tokens)
    while cut > 0 and tokens[cut - 1].lower() in _INDUSTRIES:
        cut -= 1
    return tokens[:cut], tokens[cut:]
