"""How dates, times, amounts, websites and codes are read."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from customer_hub.values import code
from customer_hub.values.amount import parse_amount
from customer_hub.values.industry import SECTIONS
from customer_hub.values.moment import parse_at, parse_on
from customer_hub.values.website import parse_website


@pytest.mark.parametrize(
    "raw",
    ["1990-1-2", "1990-01-02", "1990/01/02", "1990.1.2", "1990年1月2日", "19900102",
     "１９９０-01-02", "1990-01-02 08:00:00", "1990-01-02T00:00:00Z"],
)  # fmt: skip
def test_date(raw: str) -> None:
    assert parse_on(raw) == date(1990, 1, 2)


@pytest.mark.parametrize(
    "raw",
    [None, "", "0000-00-00", "1990-13-01", "2023-02-29", "1890-01-01", "2190-01-01", "02/01/1990",
     "1990", "1990-01/02", "1990-01-02x", "x", "9" * 100],
)  # fmt: skip
def test_no_date(raw: str | None) -> None:
    assert parse_on(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-11-16 08:00:00", datetime(2026, 11, 16, 0, 0, tzinfo=UTC)),
        ("2026-11-16T08:00:00", datetime(2026, 11, 16, 0, 0, tzinfo=UTC)),
        ("2026-11-16T08:00:00Z", datetime(2026, 11, 16, 8, 0, tzinfo=UTC)),
        ("2026-11-16T08:00:00+08:00", datetime(2026, 11, 16, 0, 0, tzinfo=UTC)),
        ("2026-11-16T08:00:00-0500", datetime(2026, 11, 16, 13, 0, tzinfo=UTC)),
        ("2026-11-16T08:00:00.5Z", datetime(2026, 11, 16, 8, 0, 0, 500_000, tzinfo=UTC)),
        ("2026/11/16 8:05", datetime(2026, 11, 16, 0, 5, tzinfo=UTC)),
        ("2026年11月16日 8时30分", datetime(2026, 11, 16, 0, 30, tzinfo=UTC)),
        ("2026-11-16", datetime(2026, 11, 15, 16, 0, tzinfo=UTC)),
        ("2026-11-15 24:00:00", datetime(2026, 11, 15, 16, 0, tzinfo=UTC)),
        ("2026-11-16 25:00:00", None),
        ("2026-11-16 08:61", None),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_time(raw: str | None, expected: datetime | None) -> None:
    assert parse_at(raw, "Asia/Shanghai") == expected


def test_time_in_other_zones() -> None:
    assert parse_at("2026-07-01 08:00:00", "America/New_York") == datetime(
        2026, 7, 1, 12, 0, tzinfo=UTC
    )
    assert parse_at("2026-07-01 08:00:00", "No/Where") is None
    assert parse_at("2026-07-01 08:00:00Z", "No/Where") is not None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1234.5", "1234.5000"),
        ("1,234.50", "1234.5000"),
        ("１，２３４．５", "1234.5000"),
        ("¥1,234.50", "1234.5000"),
        ("￥99", "99.0000"),
        ("99元", "99.0000"),
        ("CNY 99", "99.0000"),
        ("-5", "-5.0000"),
        ("-¥5", "-5.0000"),
        ("(5.50)", "-5.5000"),
        ("1.5万", "15000.0000"),
        ("2亿", "200000000.0000"),
        ("1e+05", "100000.0000"),
        ("0.00005", "0.0001"),
        ("-0", "0.0000"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("1.234,50", "1234.5000"),
    ],
)
def test_amount(raw: str, expected: str) -> None:
    assert str(parse_amount(raw)) == expected


@pytest.mark.parametrize(
    "raw",
    [None, "", "abc", "1,23", "1.2.3", "--5", "(-5)", "99999999999999.99995", "1e99", "NaN",
     "Infinity", "٣", "9" * 1000],
)  # fmt: skip
def test_no_amount(raw: str | None) -> None:
    assert parse_amount(raw) is None


def test_amount_is_a_decimal_of_four_places() -> None:
    assert parse_amount("1") == Decimal(1)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("www.Acme.example", "https://www.acme.example"),
        ("HTTP://Acme.Example:80/", "http://acme.example"),
        ("https://acme.example:8443/a/?q=1#top", "https://acme.example:8443/a?q=1"),
        ("例子.example", "https://例子.example"),
        ("ftp://acme.example", None),
        ("javascript:alert(1)", None),
        ("http://u:p@acme.example", None),
        ("http://[", None),
        ("http://acme.example:99999", None),
        ("acme", None),
        ("无", None),
        (None, None),
    ],
)
def test_website(raw: str | None, expected: str | None) -> None:
    assert parse_website(raw) == expected


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("kind", "个人", "person"),
        ("kind", "企業", "organisation"),
        ("kind", "Person", "person"),
        ("kind", "robot", None),
        ("industry", "I65", "I65"),
        ("industry", "i65", "I65"),
        ("industry", "65", "I65"),
        ("industry", "I6510", "I65"),
        ("industry", "I", "I"),
        ("industry", "A65", None),
        ("industry", "99", None),
        ("industry", "信息传输、软件和信息技术服务业", "I"),
        ("industry", "制造业", "C"),
        ("industry", "批发和零售业", "F"),
        ("industry", "软件和信息技术服务业", "I65"),
        ("level", "vip", "VIP"),
        ("level", "A级", "A"),
        ("level", "Z", None),
        ("lifecycle", "At Risk", "at_risk"),
        ("lifecycle", "潜在客户", "prospect"),
        ("status", "正常", "active"),
        ("status", "停用", "inactive"),
        ("status", "注销", "archived"),
        ("status", "1", None),
        ("country", "CN", "CN"),
        ("country", "chn", "CN"),
        ("country", "156", "CN"),
        ("country", "中国", "CN"),
        ("country", "United States", "US"),
        ("country", "美國", "US"),
        ("country", "UK", "GB"),
        ("country", "XX", None),
        ("country", "EU", None),
        ("language", "zh_CN", "zh-CN"),
        ("language", "zh-Hans-CN", "zh-CN"),
        ("language", "中文", "zh-CN"),
        ("language", "en_US", "en"),
        ("language", "English", "en"),
        ("language", "日语", "ja"),
        ("language", "qq", None),
        ("currency", "cny", "CNY"),
        ("currency", "￥", "CNY"),
        ("currency", "人民币", "CNY"),
        ("currency", "US$", "USD"),
        ("currency", "$", None),
        ("currency", "DEM", None),
        ("payment_method", "支付宝", "alipay"),
        ("payment_method", "微信支付", "wechat"),
        ("payment_method", "bacs", "transfer"),
        ("payment_method", "bitcoin", None),
        ("payment_terms", "NET 30", "net30"),
        ("payment_terms", "月结60天", "net60"),
        ("payment_terms", "货到付款", "cod"),
        ("credit_rating", "aaa", "AAA"),
        ("credit_rating", "BBB-", "BBB"),
        ("credit_rating", "E", None),
        ("contact_role", "财务", "billing"),
        ("contact_role", "Purchasing", "purchasing"),
        ("contact_role", "dancer", None),
    ],
)
def test_code(name: str, raw: str, expected: str | None) -> None:
    parse = getattr(code, f"parse_{name}")
    assert parse(raw) == expected
    assert parse(None) is None
    assert parse(" - ") is None
    if expected is not None:
        assert parse(expected) == expected


def test_sections_cover_every_division_once() -> None:
    covered = [n for _, first, last in SECTIONS.values() for n in range(first, last + 1)]
    assert covered == list(range(1, 98))
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRST"
