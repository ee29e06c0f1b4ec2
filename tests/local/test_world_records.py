"""The records of the synthetic world: every master field, what is broken, what is only odd."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from stdnum.cn import ric, uscc

from local.world import write_world
from local.world.faults import FAULTS
from local.world.render_pos import MEMBER_COLUMNS, SALE_COLUMNS

Record = dict[str, Any]
CUSTOMERS = 2000


class Version(NamedTuple):
    day: int
    channel: str
    entity: str
    key: str
    record: Record


class Sample(NamedTuple):
    versions: list[Version]
    broken: dict[tuple[str, str, str, int], str]

    def of(self, channel: str, entity: str) -> list[Version]:
        """Versions that are not broken."""
        return [
            version
            for version in self.versions
            if (version.channel, version.entity) == (channel, entity)
            and (channel, entity, version.key, version.day) not in self.broken
        ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder: Path = tmp_path_factory.mktemp("records")
    write_world(folder, CUSTOMERS, 11, date(2026, 11, 16), days=3)
    with closing(sqlite3.connect(folder / "events.sqlite")) as connection:
        versions = [
            Version(*row[:4], json.loads(row[4]))
            for row in connection.execute(
                "select day, channel, entity, key, record from event where op = 'upsert'"
            )
        ]
    with (folder / "broken.csv").open(encoding="utf-8") as handle:
        broken = {
            (row["channel"], row["entity"], row["key"], int(row["day"])): row["fault"]
            for row in csv.DictReader(handle)
        }
    return Sample(versions, broken)


def meta(record: Record) -> dict[str, str]:
    return {item["key"]: item["value"] for item in record["meta_data"]}


def held(records: list[Record], field: str) -> float:
    return sum(record.get(field) not in (None, "", []) for record in records) / len(records)


@pytest.mark.parametrize(
    ("channel", "entity", "fields"),
    [
        (
            "crm",
            "Account",
            "name cShortName cKind cSocialCreditCode cIdentityType cIdentityNumber cBirthDate "
            "website emailAddress phoneNumber cMobile cFax type industry cLevel cLifecycle "
            "cLanguage cCreditLimit cCreditLimitCurrency cCreditRating cPaymentMethod "
            "cPaymentTerms description cTags cStatus cParentId billingAddressStreet "
            "billingAddressCity billingAddressState billingAddressPostalCode billingAddressCountry "
            "shippingAddressStreet createdAt modifiedAt",
        ),
        (
            "crm",
            "Contact",
            "salutationName firstName lastName name title cRole accountId accountName emailAddress "
            "phoneNumber cMobile description createdAt modifiedAt",
        ),
        (
            "crm",
            "Call",
            "name status direction dateStart dateEnd description parentType parentId accountId "
            "contactsIds assignedUserName createdAt modifiedAt",
        ),
        ("crm", "Meeting", "name status dateStart dateEnd contactsIds parentId assignedUserName"),
        ("crm", "Email", "name status dateSent from to body bodyPlain parentId assignedUserName"),
        (
            "support",
            "user",
            "Name RealName NickName Organization EmailAddress MobilePhone WorkPhone HomePhone "
            "Address1 Address2 City State Zip Country Lang Comments Created LastUpdated Disabled",
        ),
        ("support", "ticket", "Subject Status Queue Requestor Owner Created Started Resolved"),
        ("support", "transaction", "Type Created Creator Object Field NewValue Content"),
        ("pos", "member", " ".join(MEMBER_COLUMNS)),
        ("pos", "sale", " ".join(SALE_COLUMNS)),
        (
            "shop",
            "orders",
            "number status currency date_created_gmt date_modified_gmt date_paid_gmt "
            "date_completed_gmt total customer_id payment_method payment_method_title "
            "transaction_id billing shipping line_items refunds shipping_total meta_data",
        ),
        (
            "shop",
            "customers",
            "email first_name last_name username billing shipping is_paying_customer meta_data",
        ),
    ],
)
def test_every_field_is_held_somewhere(
    world: Sample, channel: str, entity: str, fields: str
) -> None:
    records = [version.record for version in world.of(channel, entity)]
    shares = {field: held(records, field) for field in fields.split()}
    assert min(shares.values()) > 0.01, {k: v for k, v in shares.items() if v <= 0.01}


def test_every_meta_key_and_custom_field_is_held_somewhere(world: Sample) -> None:
    keys = Counter(key for version in world.of("shop", "customers") for key in meta(version.record))
    assert set(keys) == {
        *("kind", "birth_date", "identity_number", "social_credit_code", "language", "remark"),
        *("tags", "level", "payment_method"),
    }
    fields = Counter(
        item["name"]
        for entity in ("user", "ticket")
        for version in world.of("support", entity)
        for item in version.record["CustomFields"]
        if item["values"]
    )
    assert set(fields) == {"CustomerNo", "Kind", "Satisfaction"}
    types = {version.record["Type"] for version in world.of("support", "transaction")}
    assert types == {"Create", "Correspond", "Comment", "Status", "CustomField"}


def test_codes_cover_their_lists(world: Sample) -> None:
    accounts = [version.record for version in world.of("crm", "Account")]
    for field, codes in {
        "cLevel": {"VIP", "A", "B", "C"},
        "cLifecycle": {"prospect", "active", "loyal", "at_risk", "lost"},
        "cPaymentMethod": {"transfer", "alipay", "wechat", "card", "cash"},
        "cPaymentTerms": {"prepaid", "net30", "net60", "cod"},
        "cStatus": {"active", "inactive"},
        "cLanguage": {"zh-CN", "en"},
    }.items():
        assert {record[field] for record in accounts if record[field]} == codes
    states = {version.record["状态"] for version in world.of("pos", "member")}
    assert states == {"正常", "停用", "注销"}


def test_identity_numbers_pass_their_check_digits_unless_broken(world: Sample) -> None:
    codes = [version.record["cSocialCreditCode"] for version in world.of("crm", "Account")]
    codes += [version.record["统一社会信用代码"] for version in world.of("pos", "member")]
    codes += [
        meta(version.record).get("social_credit_code") for version in world.of("shop", "customers")
    ]
    codes = [code for code in codes if code]
    assert len(codes) > 500
    assert all(uscc.is_valid(code) for code in codes)
    cards = [
        version.record["证件号码"]
        for version in world.of("pos", "member")
        if version.record["证件类型"] == "身份证"
    ]
    assert len(cards) > 50
    assert all(ric.is_valid(card) for card in cards)
    spoilt = 0
    for version in world.versions:
        fault = world.broken.get((version.channel, version.entity, version.key, version.day))
        if fault == "wrong_check_digit" and version.channel == "crm":
            spoilt += 1
            assert not uscc.is_valid(version.record["cSocialCreditCode"])
    assert spoilt > 0


def test_two_in_a_hundred_records_are_broken_and_a_third_of_them_repaired(world: Sample) -> None:
    records = {
        version[1:4] for version in world.versions if (version.channel, version.entity) in FAULTS
    }
    hurt = {key[:3]: key[3] for key in world.broken}
    assert abs(len(hurt) / len(records) - 0.02) < 0.007
    last = {version[1:4]: version.day for version in world.versions}
    early = [name for name, day in hurt.items() if day < 3]
    repaired = sum(last[name] > hurt[name] for name in early)
    assert 0.22 < repaired / len(early) < 0.5
    kinds = Counter(world.broken.values())
    assert set(kinds) == {name for faults in FAULTS.values() for name, _ in faults}


def test_broken_records_show_their_fault(world: Sample) -> None:
    checks = {
        ("crm", "Account", "no_name"): lambda r: r["name"] == "",
        ("crm", "Account", "mail_without_at"): lambda r: "@" not in r["emailAddress"],
        ("shop", "orders", "wrong_total"): lambda r: not balances(r),
        ("shop", "orders", "unknown_currency"): lambda r: r["currency"] == "ZZZ",
        ("support", "ticket", "resolved_before_created"): lambda r: r["Resolved"] < r["Created"],
        ("pos", "member", "ragged_row"): lambda r: len(r) < len(MEMBER_COLUMNS),
        ("pos", "sale", "missing_id"): lambda r: r["小票号"] == "",
        ("pos", "member", "created_after_modified"): lambda r: r["开卡时间"] > r["更新时间"],
        ("pos", "member", "short_postcode"): lambda r: len(r["邮编"]) == 5,
    }
    seen = set()
    for version in world.versions:
        fault = world.broken.get((version.channel, version.entity, version.key, version.day))
        check = checks.get((version.channel, version.entity, fault or ""))
        if check:
            seen.add((version.channel, version.entity, fault))
            assert check(version.record), (version.key, fault)
    assert len(seen) >= 7


def balances(order: Record) -> bool:
    lines = sum(Decimal(line["total"]) for line in order["line_items"])
    return Decimal(order["total"]) == lines + Decimal(order["shipping_total"])


def test_records_that_are_not_broken_hold_together(world: Sample) -> None:
    for version in world.of("shop", "orders"):
        assert balances(version.record)
        assert version.record["date_created_gmt"] <= version.record["date_modified_gmt"]
    for version in world.of("shop", "customers"):
        modified = version.record["date_modified_gmt"]
        assert modified is None or version.record["date_created_gmt"] <= modified
        names = version.record["billing"]["company"] + version.record["last_name"]
        assert names + version.record["first_name"]
    for entity in ("Account", "Contact"):
        for version in world.of("crm", entity):
            assert version.record["createdAt"] <= version.record["modifiedAt"]
            assert len(version.key) == 17
    for version in world.of("support", "ticket"):
        record = version.record
        assert record["Created"] <= record["LastUpdated"]
        assert record["Resolved"] is None or record["Created"] <= record["Resolved"]
        assert (record["Status"] == "resolved") == (record["Resolved"] is not None)
    for version in world.of("pos", "member"):
        assert tuple(version.record) == MEMBER_COLUMNS
        assert version.record["开卡时间"] <= version.record["更新时间"]
    for version in world.of("pos", "sale"):
        row = {key: Decimal(version.record[key]) for key in ("数量", "单价", "优惠", "金额")}
        assert row["金额"] == row["数量"] * row["单价"] - row["优惠"] > 0


def test_what_hangs_on_a_record_names_a_known_one(world: Sample) -> None:
    known = {version[1:4] for version in world.versions}
    logins = {
        version.record["Name"]
        for version in world.versions
        if (version.channel, version.entity) == ("support", "user")
    }
    guests = loose = 0
    for version in world.versions:
        record = version.record
        match version.entity:
            case "orders":
                guests += record["customer_id"] == 0
                owner = ("shop", "customers", str(record["customer_id"]))
                assert record["customer_id"] == 0 or owner in known
            case "refunds":
                assert ("shop", "orders", str(record["parent_id"])) in known
            case "Call" | "Meeting" | "Email":
                parent = ("crm", record["parentType"], record["parentId"])
                loose += record["parentId"] is None
                assert record["parentId"] is None or parent in known
                assert {("crm", "Contact", key) for key in record.get("contactsIds", ())} <= known
            case "Contact":
                assert ("crm", "Account", record["accountId"]) in known
            case "Account" if record["cParentId"]:
                assert ("crm", "Account", record["cParentId"]) in known
            case "ticket":
                assert record["Requestor"][0]["id"] in logins
            case "transaction":
                assert ("support", "ticket", record["Object"]["id"]) in known
            case "sale" if record.get("会员号"):
                assert ("pos", "member", record["会员号"]) in known
    assert guests > 0
    assert loose > 0


def test_an_orders_refunds_are_records_of_their_own(world: Sample) -> None:
    refunds = {version.key: version.record for version in world.of("shop", "refunds")}
    named = 0
    for version in world.of("shop", "orders"):
        lines = {str(line["id"]): line for line in version.record["line_items"]}
        paid_back = Decimal(0)
        for summary in version.record["refunds"]:
            record = refunds[str(summary["id"])]
            assert summary["total"] == f"-{record['amount']}"
            paid_back += Decimal(record["amount"])
            for line in record["line_items"]:
                bought = lines[line["meta_data"][0]["value"]]
                assert 0 < -line["quantity"] <= bought["quantity"]
                assert 0 < -Decimal(line["total"]) <= Decimal(bought["total"])
            named += 1
        is_whole = paid_back == Decimal(version.record["total"])
        assert is_whole == (version.record["status"] == "refunded")
    assert named > 20
    assert any(record["line_items"] for record in refunds.values())
    assert any(not record["line_items"] for record in refunds.values())


def test_a_till_repeats_orders_of_the_shop_that_it_hands_over(world: Sample) -> None:
    orders = {version.key: version.record for version in world.of("shop", "orders")}
    receipts: dict[str, Decimal] = {}
    for version in world.of("pos", "sale"):
        if origin := version.record["来源订单"]:
            receipts[origin] = receipts.get(origin, Decimal(0)) + Decimal(version.record["金额"])
    assert len(receipts) > 10
    for number, total in receipts.items():
        if number in orders:
            order = orders[number]
            assert total == Decimal(order["total"]) - Decimal(order["shipping_total"])


def test_oddities_that_a_suite_must_let_pass(world: Sample) -> None:
    good = [
        json.dumps(version.record, ensure_ascii=False)
        for channel, entity in FAULTS
        for version in world.of(channel, entity)
    ]
    for sign in ("😀🌸🐼🎉", "𠮷䶮㛃𬭎"):
        assert any(char in text for text in good for char in sign)
    assert max(map(len, good)) > 3000
    for field in ("loyalty_app_version", "cFavouriteColour", "PreferredLoginMethod"):
        assert any(field in text for text in good)


def test_the_corruptions_of_names_and_phones_occur(world: Sample) -> None:
    shop = [version.record for version in world.of("shop", "customers")]
    phones = [record["billing"]["phone"] for record in shop]
    for mark in ("****", "+86", "0086", "-"):
        assert sum(mark in phone for phone in phones) > 3, mark
    names = [version.record["RealName"] for version in world.of("support", "user")]
    assert any(name.endswith(("先生", "女士", "经理")) for name in names)
    assert any(name.isascii() and name.islower() for name in names)
    companies = [version.record["Organization"] for version in world.of("support", "user")]
    assert any(set(company) & set("業電貿東華務") for company in companies)
    for mark in ("部", "分公司", "(", "（", "Limited"):
        assert any(mark in company for company in companies), mark
