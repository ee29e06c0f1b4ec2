"""What each column of a file is: told by its header, else by its values; printed, written, edited."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field

from customer_hub.values.surname import COMPOUND, SINGLE


class Role(StrEnum):
    """What a column holds."""

    RECORD_ID = "record_id"
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    COMPANY = "company"
    PHONE = "phone"
    MAIL = "mail"
    BIRTH_DATE = "birth_date"
    IDENTITY = "identity"
    ADDRESS = "address"
    CITY = "city"
    REGION = "region"
    POSTCODE = "postcode"
    KIND = "kind"
    CATEGORY = "category"
    OTHER = "other"
    IGNORED = "ignored"


class Schema(BaseModel):
    """The role of each column of a file.

    ``kind`` tells persons from organisations, where names alone are doubtful. ``other`` is compared
    as words, ``ignored`` not at all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, Role] = Field(description="header -> role")

    def having(self, role: Role) -> list[str]:
        """Return the columns with a role, in the order of the file."""
        return [name for name, given in self.columns.items() if given is role]


# In this order: the first that fits wins. Words of a header are looked for one by one in English
# (joined by nothing, too: firstname), and as parts of the text in Chinese.
_ENGLISH: Final[tuple[tuple[Role, str], ...]] = (
    (Role.IGNORED, "fax country .*_(status|state_code|country) status category segment level"),
    (Role.IGNORED, "marital.* rel_.* (phone|addr.*|address|tax_id|national_id|mail)_type url web"),
    (Role.IGNORED, "website note notes comment.* remark.* description source data_source channel"),
    (Role.IGNORED, "created.* updated.* modified.* cluster cluster_id truth entity_id"),
    (Role.MAIL, "(e_?)?mail.* .*_(e_?)?mail(_address)?"),
    (Role.PHONE, "phone.* .*_phone mobile.* tel telephone.* cell.* .*_mobile msisdn handset"),
    (
        Role.BIRTH_DATE,
        "dob birth(_?dt)? birth_?da(te|y) date_of_birth born .*_dob birth_?on .*birth_?date",
    ),
    (Role.IDENTITY, "ssn.* soc_sec.* social_security.* passport passport_n.* national_id.*"),
    (Role.IDENTITY, ".*licen[cs]e(_n.*)? id_?card.* .*tax_id.* .*_?vat.* lei lei_number uscc"),
    (Role.IDENTITY, "social_credit.* .*tax_number duns.* .*registration_number identity"),
    (Role.IDENTITY, "identity_number nhs_?number medicare.* siren siret"),
    (Role.POSTCODE, "zip.* post_?code.* postal.* .*_zip .*_postcode.* .*postal_code"),
    (Role.GIVEN_NAME, "first_?names? given_?names? fore_?names? fname .*name_first first"),
    (Role.GIVEN_NAME, "christian_name"),
    (Role.FAMILY_NAME, "last_?names? sur_?names? family_?names? lname .*name_last last"),
    (Role.FAMILY_NAME, "maiden_name"),
    (
        # Persons and companies in one column: the values tell which is which.
        Role.NAME,
        "(full_?name|(person|customer|client|contact|party)_?name)_(or_)?(company|organi[sz]ation).*"
        " (company|organi[sz]ation)(_name)?_or_(person|individual|full).*",
    ),
    (
        Role.COMPANY,
        "company.* .*_company organi[sz]ation.* org org_name .*name_org business.* firm",
    ),
    (Role.COMPANY, "employer_name institution.* site_name account_name legal_name trading_name"),
    (Role.COMPANY, "school.* supplier.* vendor.* merchant.*"),
    (Role.NAME, "name full_?name .*name_full customer_?name client_?name contact_?name"),
    (Role.NAME, "person_?name contact customer display_name .*full_name"),
    (Role.CITY, "city town suburb locality .*_city .*_suburb birth_?place place place_of_birth"),
    (Role.CITY, "municipality addr_city"),
    (Role.REGION, "state province region county prefecture .*_state .*_province .*_county"),
    (Role.ADDRESS, "addr.* .*address.* street.* .*_street road house.* line_?[0-9] building unit"),
    (Role.ADDRESS, "apt flat street_number house_number"),
    (Role.KIND, "kind type (record|customer|entity|party|client)_(type|kind)"),
    (Role.CATEGORY, "gender sex title occupation profession race ethnicity nationality industry"),
    (Role.CATEGORY, "sector"),
)
_CHINESE: Final[tuple[tuple[Role, str], ...]] = (
    (Role.MAIL, "邮箱|邮件|电邮"),
    (Role.POSTCODE, "邮编|邮政编码"),
    (Role.IGNORED, "传真|网址|备注|来源|渠道|创建|更新|修改"),
    (Role.PHONE, "手机|电话|联系方式|座机"),
    (Role.BIRTH_DATE, "出生|生日"),
    (Role.IDENTITY, "信用代码|身份证|税号|护照|证件号|执照|注册号|组织机构代码"),
    (Role.NAME, "(姓名|个人).*(公司|企业|单位)|(公司|企业|单位).*(姓名|个人)"),
    (Role.COMPANY, "公司|企业|单位|商户|供应商|机构|店名|法人名称"),
    (Role.REGION, "^省|省份|自治区|所在省"),
    (Role.CITY, "^市$|城市|地市|所在市|区县"),
    (Role.ADDRESS, "地址|街道|住址|门牌"),
    (Role.FAMILY_NAME, "^姓$|姓氏"),
    (Role.GIVEN_NAME, "^名$|^名字$"),
    (Role.NAME, "姓名|名称|客户名|会员名|联系人|称呼"),
    (Role.RECORD_ID, "编号|序号|记录号|(客户|会员|用户|顾客)(卡?号|代码|id)|^id$"),
    (Role.KIND, "(客户|会员|主体)?(类型|类别|性质)"),
    (Role.CATEGORY, "性别|行业|职业|民族|国籍"),
)
_RECORD_ID: Final = re.compile(
    "((unique|record|rec|row|customer|cust|client|person|member|account|acct)_)?"
    "(id|key|no|number|num|nr)"
    "|uid|uuid|guid|index|rowid|unnamed_0"
)
_ENGLISH_RULES = tuple(
    (role, re.compile("|".join(f"(?:{word})" for word in words.split())))
    for role, words in _ENGLISH
)
_CHINESE_RULES = tuple((role, re.compile(words)) for role, words in _CHINESE)

_SAMPLE: Final = 20_000
_USUAL: Final = 0.8
_MAIL: Final = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_PATTERNS: Final = (
    (Role.MAIL, _MAIL, _USUAL),
    (Role.BIRTH_DATE, r"^(1[5-9]|20)\d\d[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?$", _USUAL),
    (Role.BIRTH_DATE, r"^\d{1,2}[-/. ]\d{1,2}[-/. ](1[5-9]|20)?\d\d$", _USUAL),
    (Role.PHONE, r"^\+?[\d\s().*-]{7,20}$", 0.9),
    (Role.COMPANY, r"公司|集团|(?i)\b(inc|ltd|llc|corp|gmbh|co)\b\.?", 0.4),
)
_LATIN: Final = r"\p{Lu}[\pL'’-]*\.?"
_SURNAMES: Final = f"[{''.join(sorted(SINGLE))}]|{'|'.join(sorted(COMPOUND))}"
# Where nothing names the customer, or the place, a column whose header says nothing may do so: the
# first whose values look like it.
_GAPS: Final = (
    (
        (Role.NAME, Role.GIVEN_NAME, Role.FAMILY_NAME, Role.COMPANY),
        Role.NAME,
        rf"^(?:{_SURNAMES})\p{{Han}}{{1,2}}$|^{_LATIN}( {_LATIN}){{1,3}}$",
        0.8,
    ),
    (
        (Role.ADDRESS, Role.CITY, Role.POSTCODE),
        Role.ADDRESS,
        r"[省市区县镇乡].*[路街道巷弄村号]"
        r"|(?i)\b(street|road|avenue|drive|lane|square|st|rd|ave|dr|ln|sq)\b",
        0.5,
    ),
)
_OF_MANY: Final = 0.3  # customers bear more names than this, towns and classes fewer
_SAYS_NOTHING: Final = re.compile(
    r"[a-z]?_?[0-9]*|(unnamed|column|col|field|var|attr|attribute|value)_?[0-9]*|(列|字段)[0-9]*"
)
_RARE: Final = 0.01  # a column with fewer values decides nothing


def infer(table: pa.Table, reserved: Mapping[str, Role] | None = None) -> Schema:
    """Return the schema that headers and values suggest.

    Args:
        table: text columns.
        reserved: columns that are known: the record id, the truth.
    """
    roles: dict[str, Role] = {}
    for name in table.column_names:
        given = (reserved or {}).get(name)
        roles[name] = given or _infer_one(name, table.column(name))
    _keep_one_record_id(roles, reserved or {})
    _fill_gaps(roles, table, reserved or {})
    return Schema(columns=roles)


def list_repeating_ids(schema: Schema, table: pa.Table) -> list[str]:
    """Return the columns that are ignored though their header is an id's: values repeat or lack."""
    return [
        name
        for name in table.column_names
        if schema.columns.get(name) is Role.IGNORED
        and _says_id(name)
        and table.column(name).null_count < len(table)
    ]


def _infer_one(name: str, column: pa.ChunkedArray) -> Role:
    values = column.slice(0, _SAMPLE).drop_null()
    share = 1 - column.null_count / max(len(column), 1)
    if not len(values):
        return Role.IGNORED
    distinct = pc.count_distinct(values).as_py() / len(values)
    role = _read_header(name)
    if role is None and _says_id(name):
        role = Role.RECORD_ID
    if role is Role.RECORD_ID:
        return Role.RECORD_ID if share == 1 and distinct == 1 else Role.IGNORED
    if role is not None:
        # An "address" may be one of mails, whatever stands before it in the header.
        is_mail = role is Role.ADDRESS and _fits(values, _MAIL, _USUAL)
        return Role.MAIL if is_mail else role
    if share < _RARE:
        return Role.IGNORED
    return _read_values(values)


def _read_header(name: str) -> Role | None:
    words = _words(name)
    for role, rule in _CHINESE_RULES:
        if rule.search(name.strip().casefold()):
            return role
    for role, rule in _ENGLISH_RULES:
        if rule.fullmatch(words):
            return role
    return None


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^0-9a-z]+", "_", spaced.casefold()).strip("_")


def _says_id(name: str) -> bool:
    role = _read_header(name)
    is_id = role is None and _RECORD_ID.fullmatch(_words(name)) is not None
    return is_id or role is Role.RECORD_ID


def _says_nothing(name: str) -> bool:
    return _SAYS_NOTHING.fullmatch(_words(name) or name.strip()) is not None


def _read_values(values: pa.ChunkedArray) -> Role:
    for role, pattern, least in _PATTERNS:
        if _fits(values, pattern, least):
            return role
    # Unknown words, classes, dates of events, amounts, identifiers of something else: not this customer's.
    return Role.IGNORED


def _fits(values: pa.ChunkedArray, pattern: str, least: float) -> bool:
    hits = pc.sum(pc.cast(pc.match_substring_regex(values, pattern), pa.int64())).as_py()
    return bool(hits >= least * len(values))


def _fill_gaps(roles: dict[str, Role], table: pa.Table, reserved: Mapping[str, Role]) -> None:
    for known, role, pattern, least in _GAPS:
        if set(known) & set(roles.values()):
            continue
        for name, given in roles.items():
            if given is not Role.IGNORED or name in reserved or not _says_nothing(name):
                continue
            values = table.column(name).slice(0, _SAMPLE).drop_null()
            many = pc.count_distinct(values).as_py() >= _OF_MANY * len(values) > 0
            if many and _fits(values, pattern, least):
                roles[name] = role
                break


def _keep_one_record_id(roles: dict[str, Role], reserved: Mapping[str, Role]) -> None:
    ids = [name for name, role in roles.items() if role is Role.RECORD_ID]
    kept = [name for name in ids if name in reserved] or ids[:1]
    roles.update(dict.fromkeys(set(ids) - set(kept), Role.IGNORED))


def describe(schema: Schema, table: pa.Table) -> Iterable[str]:
    """Yield one line a column: header, role, share of rows with a value."""
    width = max((len(name) for name in schema.columns), default=0)
    for name, role in schema.columns.items():
        filled = 1 - table.column(name).null_count / max(len(table), 1)
        yield f"{name:<{width}}  {role.value:<12} {filled:6.1%} filled"
