"""Read a company's name: place, brand, industry, legal form, branch and department."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from customer_hub.values import company_words as words
from customer_hub.values import english_company, region, surname
from customer_hub.values.former_name import join_former, may_tell_former, split_former
from customer_hub.values.text import MAX_LENGTH, clean, clean_short, has_cjk, to_simplified

_han = "\u3400-\u9fff"
_brackets = str.maketrans(
    {
        "【": "(",
        "】": ")",
        "〔": "(",
        "〕": ")",
        "[": "(",
        "]": ")",
        "《": "",
        "》": "",
        "“": "",
        "”": "",
        '"': "",
    }
)
_gap = re.compile(f"(?<=[{_han}()]) (?=[{_han}()0-9A-Za-z])|(?<=[0-9A-Za-z]) (?=[{_han}()])")
_bracketed = re.compile(r"\(([^()]*)\)")
_ordinal: Final = "第?[一二三四五六七八九十百0-9]{1,4}"
_branch_kind: Final = (
    "分公司|办事处|代表处|联络处|营业部|分部|分行|支行|分店|分厂|分院|分校|分所|工厂|"
    "门店|专卖店|旗舰店|店"
)
_branch_tail = re.compile(f"([{_han}A-Za-z0-9]{{0,20}}?)({_branch_kind})$")
_department_words: Final = (
    "采购|财务|销售|市场|人事|人力资源|技术|研发|行政|法务|客服|客户服务|售后|售后服务|仓储|物流|生产|质量|质检|品质|"
    "信息|信息技术|IT|工程|设备|项目|运营|公关|企划|设计|外贸|国际业务|总务|后勤|审计|战略|综合|业务|供应链|电商|"
    "大客户|渠道|招标|基建|品牌|产品|培训|安全|党群"
)
_department = re.compile(
    f"[-,/·()]*((?:{_department_words})(?:管理|保障|服务|支持)?(?:部门|部|处|科|室|中心|组))\\)?$"
)
_any_department = re.compile(f"[-,/·]*([{_han}A-Z]{{2,8}}(?:部门|部|科|室|组|中心))$")
_edges: Final = " ,，.。-/·、;；"


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name and its parts.

    ``full`` is the normalised name, without the ``former`` ones that stood beside it (原 ..);
    ``core`` is the comparable key of the head company (simplified, lower-case, no place, no legal
    form, no branch); ``legal_form`` is canonical (有限责任公司 is 有限公司; Limited and Co., Ltd. are
    Ltd). A branch has ``branch`` (深圳分公司) and ``stem``, the head company's normalised name;
    without a branch ``stem`` is None. ``problem`` is ``too_long`` or ``not_a_name``.
    """

    full: str | None = None
    place: str | None = None
    brand: str | None = None
    industry: str | None = None
    legal_form: str | None = None
    branch: str | None = None
    department: str | None = None
    core: str | None = None
    stem: str | None = None
    former: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def told(self) -> str | None:
        """The normalised name with the former ones beside it: parsed again it is the same."""
        return None if self.full is None else join_former(self.full, self.former)


def parse_company(raw: str | None) -> CompanyName:
    """Read a company's name, Chinese or English."""
    text, problem = clean_short(raw)
    if text is None:
        return CompanyName(problem=problem)
    return _parse(text)


def is_company_name(raw: str | None) -> bool:
    """Tell whether a name is that of an organisation and not of a person."""
    text, _ = clean_short(raw)
    return text is not None and _is_company(text)


def is_department_name(raw: str | None) -> bool:
    """Tell whether a name is that of a department (财务部) and not of a person."""
    text, _ = clean_short(raw)
    if text is None:
        return False
    if not has_cjk(text):
        return english_company.is_department(text)
    return _department.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def _parse(text: str) -> CompanyName:
    name = _read(text)
    if not may_tell_former(text):
        return name
    # What is stored is read again: real names are settled at once, scraps of notes may take a step.
    for _ in range(4):
        again = name if name.told is None else _read(name.told)
        if again == name:
            return name
        name = again
    return CompanyName(problem="not_a_name")


def _read(text: str) -> CompanyName:
    if not any(character.isalnum() for character in text):
        return CompanyName(problem="not_a_name")
    today, former = _split_former(text)
    if not today:
        return CompanyName(problem="not_a_name")
    name = _parse_chinese(today) if has_cjk(today) else _parse_english(today)
    return replace(name, former=former)


def _split_former(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the normalised name of today and the former ones."""
    if not may_tell_former(text):
        return _tidy(text), ()
    plain = to_simplified(text).translate(_brackets)
    today, former = split_former(plain)
    if today == plain:
        return _tidy(text), ()
    today, former = _tidy(today), tuple(filter(None, map(_tidy, former)))
    is_short = len(join_former(today, former)) <= MAX_LENGTH
    return (today, former) if is_short else (_tidy(text), ())


def _tidy(text: str) -> str:
    return _normalise(text) if has_cjk(text) else text


@lru_cache(maxsize=65_536)
def _is_company(text: str) -> bool:
    name, former = _split_former(text)
    if any(map(_is_company, former)):
        return True
    if not has_cjk(name):
        return english_company.is_company(name)
    if words.LEGAL_END.search(name) or "公司" in name or "集团" in name:
        return True
    if "有限" in name[4:]:
        return True  # 有限公 and 有限司: the end was mistyped or cut off
    if len(name) < 4:
        return False
    if words.ORGANISATION_END.search(name) or _split_branch(name)[1] is not None:
        return True
    if _split_department(name)[1] is not None and len(name) >= 5:
        return True
    # 长安汽车, but no 欧阳文化.
    brand, industry = _split_industry(name)
    return len(brand) >= 2 and bool(industry) and brand not in surname.COMPOUND


def _normalise(text: str) -> str:
    name = to_simplified(text).translate(_brackets).replace("()", "")
    name = re.sub(f"(?<=[{_han}])[·•・.](?=\\()", "", name)
    while True:
        shorter = clean(_gap.sub("", name).strip(_edges)) or ""
        if shorter == name:
            return name
        name = shorter


def _parse_chinese(full: str) -> CompanyName:
    name, department = _split_department(full)
    head, branch = _split_branch(name)
    head = head.strip(_edges)
    if head and not has_cjk(head):
        # "Acme Trading Ltd上海分公司": the head company reads as it would alone.
        found = _parse_english(head)
        stem = found.full if branch else None
        return replace(found, full=full, branch=branch, department=department, stem=stem)
    bare, bracket_place, is_group = _drop_brackets(head)
    bare, legal_form = _split_legal_form(bare, is_group=is_group)
    place, rest = _split_place(bare)
    brand, industry = _split_industry(rest)
    if not brand or len(rest) < 2:
        # 青岛啤酒, 深圳大学: the place is the brand.
        own = region.shorten(place) if place and rest != bare else ""
        brand, rest = own or brand or rest, own + rest
    core = re.sub(r"[\W_]", "", rest).lower() or re.sub(r"[\W_]", "", bare).lower()
    return CompanyName(
        full=full,
        place=bracket_place or place,
        brand=brand or None,
        industry=industry or None,
        legal_form=legal_form,
        branch=branch,
        department=department,
        core=core or None,
        stem=head if branch else None,
    )


def _split_department(name: str) -> tuple[str, str | None]:
    match = _department.search(name)
    if match and len(name[: match.start()].strip(_edges)) >= 2:
        before = name[: match.start()].strip(_edges)
        if not before.endswith("(") and not words.is_place_only(before):
            return before, match[1]
    after = _after_legal_form(name)
    if after:
        match = _any_department.search(after)
        is_branch = re.search(f"(?:{_branch_kind})$", after) is not None
        if match and not is_branch:
            return name[: -len(match[0])].strip(_edges), match[1]
    return name, None


def _after_legal_form(name: str) -> str:
    """Return what stands behind the head company's legal form (…有限公司深圳分公司), or nothing."""
    ends = [match.end() for match in words.LEGAL_INSIDE.finditer(name)]
    return name[ends[0] :] if ends else ""


def _split_branch(name: str) -> tuple[str, str | None]:
    match = re.search(f"\\(([^()]*(?:{_branch_kind}))\\)$", name)
    if match and match.start() >= 2:
        return name[: match.start()], match[1]
    after = _after_legal_form(name)
    if after:
        tail = after.replace("(", "").replace(")", "").strip(_edges)
        return (name[: -len(after)], tail) if _branch_tail.fullmatch(tail) else (name, None)
    return _split_bare_branch(name)


def _split_bare_branch(name: str) -> tuple[str, str | None]:
    """Find a branch behind a short name (华为深圳分公司, 永辉超市第二分店)."""
    match = _branch_tail.search(name.replace("(", "").replace(")", ""))
    if match is None:
        return name, None
    kind = match[2]
    plain = name.replace("(", "").replace(")", "")
    before = plain[: -len(kind)]
    for length in range(min(12, len(before) - 2), 1, -1):
        where = before[-length:]
        if words.is_place_only(where) or re.fullmatch(_ordinal, where):
            return before[:-length], where + kind
    ordinal = re.search(f"{_ordinal}$", before)
    if ordinal and len(before) - len(ordinal[0]) >= 2 and kind.startswith(("分", "店", "门店")):
        return before[: ordinal.start()], ordinal[0] + kind
    if kind in ("分公司", "办事处") and len(before) >= 2:
        return before, kind
    return name, None


def _drop_brackets(name: str) -> tuple[str, str | None, bool]:
    """Take bracketed places and (集团) out of a name; other brackets lose only their marks."""
    place: str | None = None
    is_group = False
    out: list[str] = []
    last = 0
    for match in _bracketed.finditer(name):
        out.append(name[last : match.start()])
        last = match.end()
        inner = match[1]
        found = words.read_place(inner)
        if inner == "集团":
            is_group = True
        elif found:
            place = found
        elif inner not in words.PARTNERSHIPS:
            out.append(inner)
        else:
            out.append(match[0])
    out.append(name[last:])
    return "".join(out), place, is_group


def _split_legal_form(name: str, *, is_group: bool) -> tuple[str, str | None]:
    match = words.LEGAL_END.search(name)
    if match is None or match.start() < 2:
        return name, "集团" if is_group else None
    form = words.LEGAL_FORMS[match[0]]
    if is_group and not form.startswith("集团"):
        form = "集团" + form if form in ("有限公司", "股份有限公司") else "集团"
    return name[: match.start()], form


def _split_place(name: str) -> tuple[str | None, str]:
    place: str | None = None
    rest = name
    inside: region.Region | None = None
    for _ in range(3):
        step = words.take_place(rest, inside)
        if step is None or (len(rest) - len(step[0]) < 1):
            break
        taken, inside = step
        rest = rest[len(taken) :]
        if place is None or inside.level != "district":
            place = inside.name
    return place, rest


def _split_industry(rest: str) -> tuple[str, str]:
    """Split brand from industry: the tail made of industry words; a brand has two characters."""
    cut = len(rest)
    while True:
        fits = (n for n in words.LENGTHS if n <= cut and rest[cut - n : cut] in words.INDUSTRIES)
        step = next(fits, 0)
        if step == 0:
            break
        cut -= step
    if cut == 1 and len(rest) > 1:
        cut = min(len(rest), 2)
    return rest[:cut], rest[cut:]


def _parse_english(text: str) -> CompanyName:
    found = english_company.split(text)
    return CompanyName(
        full=found.full,
        place=found.place,
        brand=found.brand,
        industry=found.industry,
        legal_form=found.legal_form,
        branch=found.branch,
        department=found.department,
        core=found.core,
        stem=found.stem if found.branch else None,
    )
