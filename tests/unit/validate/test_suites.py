"""Every rule of every suite lets a good record pass and stops the one that breaks it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.core.landing import LandedVersion
from customer_hub.validate import suites
from customer_hub.validate.frame import _DESCRIBE, KEY, build_frame
from customer_hub.validate.suites import SUITES_DIR, Rule, Suite, read_suite
from tests.unit.validate.order_rules import ORDER, ORDER_BREAKS, ORDER_ODD, TIMES

Record = dict[str, Any]
CHANNEL_SUITES = {
    "shop_customer": "customer",
    "crm_customer": "customer",
    "support_customer": "customer",
    "pos_customer": "customer",
    "manual_customer": "customer",
    "crm_contact": "contact",
    "shop_sales_order": "sales_order",
    "pos_sales_order": "sales_order",
    "support_ticket": "ticket",
    "crm_interaction": "interaction",
}
ADDRESS = {
    "type": "billing", "raw": None, "country": "中国", "province": "广东省", "city": "深圳市",
    "district": "南山区", "street": "科技园路1号", "postcode": "518057",
}  # fmt: skip
PHONE = {"type": "mobile", "value": "13800138000", "preferred": True}
MAIL = {"value": "info@yunfan.example", "preferred": True}
COMPANY: Record = {
    "kind": "organisation", "name": "深圳市云帆科技有限公司", "surname": None, "given_name": None,
    "company": None, "short_name": "云帆", "social_credit_code": "91440300MA5DA1B2X1",
    "identity_type": "营业执照", "identity_number": "91440300MA5DA1B2X1", "birth_date": None,
    "website": "https://yunfan.example", "industry": "I65", "level": "A", "lifecycle": "active",
    "language": "zh-CN", "currency": "CNY", "credit_limit": "50000.0", "credit_rating": "AA",
    "payment_method": "transfer", "payment_terms": "net30", "remark": "月结", "status": "active",
    "parent": "p1", **TIMES, "tags": ["老客户"], "phones": [PHONE], "mails": [MAIL],
    "addresses": [ADDRESS], "unknown": [],
}  # fmt: skip
PERSON: Record = {
    **COMPANY, "kind": "person", "name": "张伟", "short_name": None, "social_credit_code": None,
    "identity_type": "身份证", "identity_number": "11010519491231002X", "birth_date": "1949-12-31",
}  # fmt: skip
CONTACT: Record = {
    "name": "李娜", "surname": "李", "given_name": "娜", "title": "采购经理", "role": "purchasing",
    "customer": "c1", "remark": None, **TIMES, "phones": [PHONE], "mails": [MAIL], "unknown": [],
}  # fmt: skip
MESSAGE = {
    "ordinal": "1", "medium": "ticket", "direction": "in", "at": "2026-11-15T16:00:00Z",
    "text": "你好",
}  # fmt: skip
CHANGE = {
    "ordinal": "2", "at": "2026-11-15T17:00:00Z", "from": "open", "to": "resolved", "agent": "lin",
}  # fmt: skip
TICKET: Record = {
    "customer": "c1", "status": "resolved", "subject": "发票", "opened": "2026-11-15T16:00:00Z",
    "resolved": "2026-11-15T17:00:00Z", "satisfaction": "5", **TIMES, "interactions": [MESSAGE],
    "changes": [CHANGE], "unknown": [],
}  # fmt: skip
CALL: Record = {
    "customer": "c1", "contact": None, "medium": "call", "direction": "out", "status": "Held",
    "at": "2026-11-15 16:00:00", "ended": "2026-11-15 16:05:00", "agent": "林静", "subject": "催款",
    "text": "周五付款", "sender": None, "recipients": None, **TIMES, "unknown": [],
}  # fmt: skip
GOOD = {
    "customer": [COMPANY, PERSON],
    "contact": [CONTACT],
    "sales_order": [ORDER],
    "ticket": [TICKET],
    "interaction": [CALL],
}

# What breaks each rule; "@" stands for the landed version instead of the record.
SHARED: dict[str, Record] = {
    "row_is_whole": {"@payload": {"_ragged": True}},
    "id_present": {"@source_id": "!0123456789abcdef"},
    "fields_bounded": {"created": "9" * 501},
    "created_is_time": {"created": "yesterday"},
    "modified_is_time": {"modified": "2026-13-45 00:00:00"},
    "created_before_modified": {"created": "2029-03-01 02:00:00"},
}
REACH: dict[str, Record] = {
    "mail_format": {"mails": [MAIL, {"value": "info.yunfan.example"}]},
    "phone_format": {"phones": [{"type": "mobile", "value": "1380013O0x0"}]},
    "phone_dialable": {"phones": [{"type": "mobile", "value": "12345678901"}]},
    "reachable": {"phones": [], "mails": []},
}
BREAKS: dict[str, dict[str, Record]] = {
    "customer": {
        **SHARED,
        **REACH,
        "name_present": {"name": " ", "short_name": None},
        "name_without_controls": {"name": "云\x07帆"},
        "name_length": {"name": "云" * 201},
        "kind_known": {"kind": "robot"},
        "social_credit_code_valid": {"social_credit_code": "91440300MA5DA1B2X2"},
        "company_code_fits_kind": {"kind": "person"},
        "identity_valid": {"identity_type": "resident_id", "identity_number": "110105194912310021"},
        "identity_fits_kind": {"kind": "person"},
        "identity_has_type": {"identity_type": None, "identity_number": "E12345678"},
        "birth_is_date": {"kind": "person", "birth_date": "31/12/1949"},
        "birth_after_1900": {"kind": "person", "birth_date": "1899-12-31"},
        "birth_is_past": {"kind": "person", "birth_date": "2031-06-01"},
        "birth_fits_kind": {"birth_date": "1990-01-01"},
        "birth_matches_identity": {
            "kind": "person",
            "birth_date": "1950-01-01",
            "identity_type": "resident_id",
            "identity_number": "11010519491231002X",
        },
        "postcode_fits_country": {"addresses": [{**ADDRESS, "postcode": "51805"}]},
        "address_consistent": {"addresses": [{**ADDRESS, "province": "四川省", "city": "杭州市"}]},
        "website_valid": {"website": "not a site"},
        "industry_known": {"industry": "nonsense"},
        "level_known": {"level": "platinum"},
        "lifecycle_known": {"lifecycle": "asleep?"},
        "language_known": {"language": "klingonese"},
        "status_known": {"status": "teleported"},
        "credit_limit_is_number": {"credit_limit": "约五万"},
        "credit_limit_not_negative": {"credit_limit": "-50000.0"},
        "credit_limit_has_currency": {"currency": None},
        "currency_known": {"currency": "ZZZ"},
        "credit_rating_known": {"credit_rating": "ZZ"},
        "payment_method_known": {"payment_method": "barter"},
        "payment_terms_known": {"payment_terms": "someday"},
        "remark_length": {"remark": "长" * 100_001},
        "parent_is_another": {"parent": "c1"},
    },
    "contact": {
        **SHARED,
        **REACH,
        "name_present": {"name": None, "surname": "", "given_name": " "},
        "name_without_controls": {"name": "李\x1b娜"},
        "name_length": {"name": "李" * 201},
        "role_known": {"role": "jester"},
        "customer_present": {"customer": None},
        "title_length": {"title": "长" * 201},
    },
    "sales_order": {
        **SHARED,
        **ORDER_BREAKS,
    },
    "ticket": {
        **SHARED,
        "status_known": {"status": "vanished"},
        "customer_present": {"customer": None},
        "opened_present": {"opened": None},
        "opened_is_time": {"opened": "noon"},
        "resolved_is_time": {"resolved": "later"},
        "resolved_after_opened": {"resolved": "2026-11-15T15:00:00Z"},
        "resolved_has_time": {"resolved": None},
        "satisfaction_is_number": {"satisfaction": "good"},
        "satisfaction_in_range": {"satisfaction": "9"},
        "interactions_timed": {"interactions": [{**MESSAGE, "at": None}]},
        "interactions_have_direction": {"interactions": [{**MESSAGE, "direction": "sideways"}]},
        "changes_timed": {"changes": [{**CHANGE, "at": None}]},
        "subject_length": {"subject": "长" * 2001},
    },
    "interaction": {
        **SHARED,
        "medium_known": {"medium": "Telepathy"},
        "status_known": {"status": "Dreamt"},
        "direction_known": {"direction": "sideways"},
        "happened_present": {"at": None},
        "happened_is_time": {"at": "noon"},
        "ended_is_time": {"ended": "later"},
        "ended_after_start": {"ended": "2026-11-15 15:59:59"},
        "belongs_to_somebody": {"customer": None},
        "subject_length": {"subject": "长" * 2001},
    },
}
# Odd, but nothing that keeps a record back.
ODD: dict[str, list[Record]] = {
    "customer": [
        {"name": "张伟😀"},
        {"name": "张𠮷"},
        {"name": "云帆\udc80"},
        {"phones": [{"type": "mobile", "value": "138****1234"}]},
        {"phones": [{"type": "phone", "value": "0755-26001234转8001"}]},
        {"mails": [], "phones": []},
        {"remark": "长" * 3600},
        {"website": None, "addresses": [], "level": None, "tags": [], "credit_limit": None},
        {"modified": None},
        {"identity_type": "business_registration", "identity_number": "HRB-12345"},
        {"addresses": [{**ADDRESS, "country": "US", "province": "NY", "city": "Albany",
                        "district": None, "street": "1 Main Street", "postcode": "12207"}]},
    ],
    "contact": [{"surname": "采购部", "given_name": None, "name": "采购部"}, {"role": None}],
    "sales_order": ORDER_ODD,
    "ticket": [{"satisfaction": None}, {"resolved": None, "status": "open"}, {"interactions": []}],
    "interaction": [
        {"customer": None, "contact": "k1"}, {"direction": None, "ended": None},
        {"recipients": "a@b.example;" * 200, "text": "长" * 5000},
    ],
}  # fmt: skip


def describe(entity: str, record: Record, version_id: int) -> Record:
    version: Record = {
        "version_id": version_id, "source_key": "k", "channel": "x", "entity": entity,
        "source_id": "c1", "op": "upsert", "version_at": datetime(2026, 11, 15, 17, tzinfo=UTC),
        "is_own_time": True, "seen_at": datetime(2026, 11, 16, tzinfo=UTC), "created_at": None,
        "digest": b"", "subject": "s", "payload": {},
    }  # fmt: skip
    version |= {name[1:]: value for name, value in record.items() if name.startswith("@")}
    mapped = {name: value for name, value in record.items() if not name.startswith("@")}
    return _DESCRIBE[entity](LandedVersion(**version), mapped, "UTC")


def judge(name: str, rows: list[Record], kind: Any = "row") -> dict[str, tuple[Any, ...]]:
    outcomes = read_suite(name).judge(build_frame(rows), kind, KEY)
    return {outcome.rule.name: outcome.failed_keys for outcome in outcomes}


def rules_of(name: str, kind: str) -> list[Rule]:
    return [rule for rule in read_suite(name).rules if rule.kind == kind]


@pytest.mark.parametrize(("name", "entity"), CHANNEL_SUITES.items())
def test_a_good_record_breaks_no_rule(name: str, entity: str) -> None:
    rows = [describe(entity, record, number) for number, record in enumerate(GOOD[entity])]
    assert {rule: keys for rule, keys in judge(name, rows).items() if keys} == {}


@pytest.mark.parametrize(("name", "entity"), CHANNEL_SUITES.items())
def test_each_rule_stops_what_breaks_it(name: str, entity: str) -> None:
    rules = rules_of(name, "row")
    good = GOOD[entity][0]
    rows = [
        describe(entity, {**good, **BREAKS[entity][rule.name]}, number)
        for number, rule in enumerate(rules)
    ]
    found = judge(name, rows)
    assert [rule.name for n, rule in enumerate(rules) if n not in found[rule.name]] == []


@pytest.mark.parametrize(("name", "entity"), CHANNEL_SUITES.items())
def test_oddities_are_kept_back_by_nothing(name: str, entity: str) -> None:
    rows = [
        describe(entity, {**GOOD[entity][0], **odd}, number)
        for number, odd in enumerate(ODD[entity])
    ]
    critical = {rule.name for rule in rules_of(name, "row") if rule.severity == "critical"}
    found = judge(name, rows)
    assert {rule: found[rule] for rule in critical if found[rule]} == {}


BATCH_GOOD = {
    "version_id": 1, "received_count": 5, "failed_share_of_limit": 0.5, "absent_columns": None,
    "clock_behind_hours": 0.0, "ahead_of_clock_hours": None,
}  # fmt: skip
BATCH_BREAKS: dict[str, Record] = {
    "window_has_rows": {"received_count": 0},
    "failed_share_bounded": {"failed_share_of_limit": 1.01},
    "columns_present": {"absent_columns": "name"},
    "clock_covers_window": {"clock_behind_hours": 37.0},
    "not_from_the_future": {"ahead_of_clock_hours": 49.0},
}


@pytest.mark.parametrize("name", CHANNEL_SUITES)
def test_each_batch_rule_stops_what_breaks_it(name: str) -> None:
    assert all(not keys for keys in judge(name, [BATCH_GOOD], "batch").values())
    for rule in rules_of(name, "batch"):
        assert judge(name, [{**BATCH_GOOD, **BATCH_BREAKS[rule.name]}], "batch")[rule.name] == (1,)


@pytest.mark.parametrize("name", [name for name in CHANNEL_SUITES if name.endswith("_customer")])
def test_a_customer_suite_has_twelve_rules_and_batch_rules(name: str) -> None:
    assert len(rules_of(name, "row")) >= 12
    assert rules_of(name, "batch")


TABLE_GOOD: Record = {
    "kind": "person", "region_code": "440305", "industry_code": "I65", "level_code": "A",
    "lifecycle_code": "active", "language_code": "zh-CN", "currency_code": "CNY",
    "website": "https://a.example", "status": "active", "legal_name": "张伟",
    "identity_is_sealed": True, "finance_is_sealed": True, "free_text_is_sealed": True,
}  # fmt: skip
TABLE_BREAKS: dict[str, Record] = {
    "kind_coded": {"kind": "robot"},
    "region_coded": {"region_code": "44"},
    "industry_coded": {"industry_code": "software"},
    "level_coded": {"level_code": "Z"},
    "lifecycle_coded": {"lifecycle_code": "x"},
    "language_coded": {"language_code": "Chinese"},
    "currency_coded": {"currency_code": "yuan"},
    "website_normal": {"website": "a.example"},
    "status_coded": {"status": "x"},
    "identity_sealed": {"identity_is_sealed": False},
    "finance_sealed": {"finance_is_sealed": False},
    "free_text_sealed": {"free_text_is_sealed": False},
}
STANDARD_GOOD = {**TABLE_GOOD, "parent_same_channel": True, "contact_points_are_indexed": None}
STANDARD_BREAKS = {
    **TABLE_BREAKS,
    "name_is_clean": {"legal_name": " 张伟"},
    "name_kept": {"legal_name": None},
    "parent_same_channel": {"parent_same_channel": False},
    "phones_indexed": {"contact_points_are_indexed": False},
}
MASTER_GOOD = {
    **TABLE_GOOD, "golden_id": "g", "has_name": True, "crosswalk_count": 1, "record_count": 1,
    "completeness_share": 0.5, "version_no": 1, "has_alias": True,
}  # fmt: skip
MASTER_BREAKS = {
    **TABLE_BREAKS,
    "golden_id_unique": {"golden_id": "twice"},
    "name_present": {"has_name": False},
    "has_member": {"crosswalk_count": 0},
    "has_record": {"record_count": 0},
    "completeness_is_share": {"completeness_share": float(Decimal("1.2"))},
    "version_is_positive": {"version_no": 0},
    "has_alias": {"has_alias": False},
}


@pytest.mark.parametrize(
    ("name", "good", "breaks"),
    [("standard", STANDARD_GOOD, STANDARD_BREAKS), ("master", MASTER_GOOD, MASTER_BREAKS)],
)
def test_each_rule_of_the_hubs_own_tables(
    name: str, good: Record, breaks: dict[str, Record]
) -> None:
    rules = rules_of(name, "row")
    rows = [{**good, "golden_id": str(n), **breaks[rule.name]} for n, rule in enumerate(rules)]
    rows.append({**good, "golden_id": "twice"})
    found = judge(name, [{**row, KEY: number} for number, row in enumerate(rows)])
    assert [rule.name for n, rule in enumerate(rules) if n not in found[rule.name]] == []
    assert {rule for rule, keys in judge(name, [{**good, KEY: 1}]).items() if keys} == set()


def test_every_suite_is_tested_here() -> None:
    assert {path.stem for path in SUITES_DIR.glob("*.json")} == {
        *CHANNEL_SUITES,
        "standard",
        "master",
    }


def test_a_missing_or_malformed_suite_is_named(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suites, "SUITES_DIR", tmp_path)
    with pytest.raises(ConfigurationError, match="suite x_customer cannot be read"):
        read_suite("x_customer")
    (tmp_path / "y_customer.json").write_text('{"expectations": [{"type": "t", "meta": {}}]}')
    with pytest.raises(ConfigurationError, match="missing or used twice") as error:
        read_suite("y_customer")
    assert "kind is one of" in str(error.value)


def test_a_rule_on_a_missing_column_is_named_without_values() -> None:
    rule = Rule(
        "s", "r", "row", "critical", "gone", "e", "z",
        {"type": "expect_column_values_to_be_null", "kwargs": {"column": "gone"}},
    )  # fmt: skip
    frame = build_frame([{KEY: 1, "name": "Canary-77"}])
    with pytest.raises(HubError, match="rule r could not be evaluated") as error:
        Suite("s", (rule,), ()).judge(frame, "row", KEY)
    assert "Canary-77" not in str(error.value)
    assert error.value.__cause__ is None
