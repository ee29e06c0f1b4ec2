"""Read coded fields: what people, files and systems write for a code, to the hub's own code.

Each function takes one raw value and returns the code, or None when the value is absent or unknown;
the caller counts what is unknown.
"""

import re
from functools import cache, lru_cache
from typing import Final

from customer_hub.values.industry import parse_industry as parse_industry
from customer_hub.values.text import MAX_LENGTH, clean, to_simplified

_loose = re.compile(r"[\s_\-/.·:]+")
_name_marks = re.compile(r"[\s.,'’\-&()]+")
# Letters that CLDR keeps for what is no country.
_NO_COUNTRY = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)


def _words(**codes: str) -> dict[str, str]:
    """Turn ``code="word word"`` into a table from each word (and the code itself) to the code."""
    table = {}
    for name, words in codes.items():
        for word in (name, *words.split()):
            table[_loose.sub("", word.lower())] = name
    return table


_KINDS = _words(
    person="individual 个人 个人客户 个人会员 自然人 consumer private b2c",
    organisation="organization company business enterprise corporate 企业 公司 单位 机构 组织 "
    "企业客户 企业会员 公司客户 法人 团体 b2b",
)
_LEVELS = _words(
    VIP="贵宾 vip客户 vip会员 贵宾客户 贵宾会员 v 重要客户",
    A="a级 a类 a级客户 a类客户",
    B="b级 b类 b级客户 b类客户",
    C="c级 c类 c级客户 c类客户 普通 普通客户 普通会员 standard regular",
)
_LIFECYCLES = _words(
    prospect="lead potential 潜在 潜在客户 意向 意向客户 线索",
    active="customer 活跃 活跃客户 成交 成交客户 新客户 现有客户",
    loyal="忠诚 忠诚客户 老客户 repeat",
    at_risk="流失风险 流失预警 沉睡 沉睡客户 dormant churnrisk",
    lost="churned 流失 已流失 流失客户 inactivecustomer",
)
_STATUSES = _words(
    active="正常 启用 有效 在用 enabled open 激活 已激活",
    inactive="停用 禁用 冻结 无效 暂停 disabled suspended blocked 未激活 已停用",
    archived="注销 已注销 归档 已归档 closed cancelled 销户",
    erased="已擦除 已清除",
)
_PAYMENT_METHODS = _words(
    transfer="bacs banktransfer wire wiretransfer directdeposit "
    "转账 银行转账 对公转账 电汇 汇款 网银",
    alipay="支付宝 zhifubao 支付宝支付 支付宝扫码",
    wechat="wechatpay weixin wxpay 微信 微信支付 微信扫码",
    card="creditcard debitcard bankcard unionpay stripe 银行卡 信用卡 借记卡 刷卡 银联 银联卡",
    cash="cashondelivery 现金 现金支付",
)
# WooCommerce calls payment to the courier a method; as a payment term it stands below.
_PAYMENT_METHODS["cod"] = "cash"
_PAYMENT_TERMS = _words(
    prepaid="prepayment advance 预付 预付款 预付全款 款到发货 先款后货",
    net30="30 30天 30days net30days 月结 月结30 月结30天 账期30天 n30",
    net60="60 60天 60days net60days 月结60 月结60天 账期60天 n60",
    cod="cashondelivery 货到付款 现结 货到现结 到付",
)
_CONTACT_ROLES = _words(
    billing="finance accounting 财务 开票 账务 会计 财务部 结算 invoicing",
    technical="tech it 技术 技术支持 运维 技术部 engineer",
    purchasing="purchase procurement buyer 采购 采购部 采购员 采购经理",
    legal="法务 法务部 法律 合同",
    general="other default 一般 其他 综合 默认 主要联系人 联系人 main primary",
)
LEVELS: Final = tuple(dict.fromkeys(_LEVELS.values()))
LIFECYCLES: Final = tuple(dict.fromkeys(_LIFECYCLES.values()))
STATUSES: Final = tuple(dict.fromkeys(_STATUSES.values()))
PAYMENT_METHODS: Final = tuple(dict.fromkeys(_PAYMENT_METHODS.values()))
PAYMENT_TERMS: Final = tuple(dict.fromkeys(_PAYMENT_TERMS.values()))
CONTACT_ROLES: Final = tuple(dict.fromkeys(_CONTACT_ROLES.values()))
CREDIT_RATINGS: Final = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D")
_LANGUAGES_TEXT3: Final = "zhhk zhhanthk zhmo"
_LANGUAGES_TEXT2: Final = "zhtw zhhant zhhanttw cht traditionalchinese 繁体中文 繁体"
_LANGUAGES_TEXT: Final = (
    "zh zhcn zhhans zhhanscn zhsg cn chs chinese simplifiedchinese mandarin 中文 简体中文 简体 "
    "汉语 中文(简体) 普通话"
)
_LANGUAGES = {
    **dict.fromkeys(
        _LANGUAGES_TEXT.split(),
        "zh-CN",
    ),
    **dict.fromkeys(_LANGUAGES_TEXT2.split(), "zh-TW"),
    **dict.fromkeys(_LANGUAGES_TEXT3.split(), "zh-HK"),
}
_CURRENCY_SIGNS = {
    "¥": "CNY", "￥": "CNY", "元": "CNY", "人民币": "CNY", "人民币元": "CNY", "RMB": "CNY",
    "CN¥": "CNY", "YUAN": "CNY", "US$": "USD", "美元": "USD", "HK$": "HKD", "港币": "HKD",
    "港元": "HKD", "€": "EUR", "欧元": "EUR", "£": "GBP", "英镑": "GBP", "日元": "JPY",
    "NT$": "TWD", "新台币": "TWD", "韩元": "KRW", "CNH": "CNY",
}  # fmt: skip
_COUNTRY_NAMES = {
    "中国": "CN", "中华人民共和国": "CN", "中国大陆": "CN", "大陆": "CN", "mainlandchina": "CN",
    "prchina": "CN", "prc": "CN", "peoplesrepublicofchina": "CN", "chn": "CN",
    "香港": "HK", "中国香港": "HK", "hongkong": "HK", "澳门": "MO", "中国澳门": "MO", "macau": "MO",
    "台湾": "TW", "中国台湾": "TW", "uk": "GB", "greatbritain": "GB", "england": "GB",
    "usa": "US", "unitedstatesofamerica": "US", "america": "US",
}  # fmt: skip


def parse_kind(raw: str | None) -> str | None:
    """Read what kind of customer this is: ``person`` or ``organisation``."""
    return _look_up(raw, _KINDS)


def parse_level(raw: str | None) -> str | None:
    """Read a customer level: ``VIP``, ``A``, ``B`` or ``C``."""
    return _look_up(raw, _LEVELS)


def parse_lifecycle(raw: str | None) -> str | None:
    """Read a lifecycle stage: ``prospect``, ``active``, ``loyal``, ``at_risk`` or ``lost``."""
    return _look_up(raw, _LIFECYCLES)


def parse_status(raw: str | None) -> str | None:
    """Read a record's status: ``active``, ``inactive``, ``archived`` or ``erased``.

    Bare 0 and 1 are unknown here: which of them means "active" differs between systems.
    """
    return _look_up(raw, _STATUSES)


def parse_payment_method(raw: str | None) -> str | None:
    """Read a payment method: ``transfer``, ``alipay``, ``wechat``, ``card`` or ``cash``."""
    return _look_up(raw, _PAYMENT_METHODS)


def parse_payment_terms(raw: str | None) -> str | None:
    """Read payment terms: ``prepaid``, ``net30``, ``net60`` or ``cod``."""
    return _look_up(raw, _PAYMENT_TERMS)


def parse_contact_role(raw: str | None) -> str | None:
    """Read a contact's role: ``billing``, ``technical``, ``purchasing``, ``legal``, ``general``."""
    return _look_up(raw, _CONTACT_ROLES)


def parse_credit_rating(raw: str | None) -> str | None:
    """Read a credit rating from ``AAA`` to ``D``; a modifier (AA+, BBB-) and 级 are dropped."""
    text = _short(raw)
    if text is None:
        return None
    rating = text.upper().removesuffix("级").rstrip("+- ")
    return rating if rating in CREDIT_RATINGS else None


def parse_country(raw: str | None) -> str | None:
    """Read a country: alpha-2, alpha-3 or numeric code, English or Chinese name, to alpha-2."""
    text = _short(raw)
    return _find_country(text) if text else None


def parse_language(raw: str | None) -> str | None:
    """Read a language: ``zh-CN``, ``zh-TW``, ``zh-HK``, else the two-letter code (``en``)."""
    text = _short(raw)
    return _find_language(text) if text else None


def parse_currency(raw: str | None) -> str | None:
    """Read a currency in use today: its ISO 4217 code, a Chinese name or an unmistakable sign.

    ``¥`` is CNY, for the customers are Chinese; a bare ``$`` is unknown.
    """
    text = _short(raw)
    if text is None:
        return None
    key = text.upper()
    return key if key in _currencies() else _CURRENCY_SIGNS.get(key)


def _short(raw: str | None) -> str | None:
    if raw is None or len(raw) > MAX_LENGTH:
        return None
    return _simplify_short(raw)


@lru_cache(maxsize=8_192)
def _simplify_short(raw: str) -> str | None:
    text = clean(raw)
    return to_simplified(text) if text else None


def _look_up(raw: str | None, table: dict[str, str]) -> str | None:
    text = _short(raw)
    return table.get(_loose.sub("", text.lower())) if text else None


@lru_cache(maxsize=4_096)
def _find_country(text: str) -> str | None:
    from babel.core import get_global

    names = _country_names()
    key = _name_marks.sub("", text.lower())
    if key in names:
        return names[key]
    upper = text.upper()
    if upper in _country_codes():
        return upper
    aliases = get_global("territory_aliases").get(upper, [])
    found = str(aliases[0]) if len(aliases) == 1 else ""
    return found if found in _country_codes() else None


@lru_cache(maxsize=4_096)
def _find_language(text: str) -> str | None:
    from babel import Locale

    key = _loose.sub("", text.lower())
    if key in _LANGUAGES:
        return _LANGUAGES[key]
    english, chinese = Locale("en").languages, Locale("zh").languages
    base = re.split(r"[_\-]", text.lower())[0]
    if len(base) == 2 and base in english and base != "zh":
        return base
    for names in (english, chinese):
        for found, name in names.items():
            if len(found) == 2 and name.lower() == text.lower():
                return "zh-CN" if found == "zh" else found
    return None


@cache
def _country_codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(
        found
        for found in map(str, Locale("en").territories)
        if len(found) == 2 and found.isalpha() and found not in _NO_COUNTRY
    )


@cache
def _country_names() -> dict[str, str]:
    from babel import Locale

    table = {}
    for locale in (Locale("en"), Locale("zh")):
        for found in sorted(_country_codes()):
            table[_name_marks.sub("", locale.territories[found].lower())] = found
    return {**table, **_COUNTRY_NAMES}


@cache
def _currencies() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(
        str(entry[0])
        for entries in get_global("territory_currencies").values()
        for entry in entries
        if entry[2] is None and entry[3]
    )
