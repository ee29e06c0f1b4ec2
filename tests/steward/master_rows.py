"""A small master for the pages: real match and merge over hand-made source records."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from customer_hub.core import db, keys
from customer_hub.core.identity import golden_id
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.validate.page import page_name
from tests.sql.source_rows import Source, put

PHONE = "+8613800012345"
MAIL = "wangjg88@mail.example"
STREET = "科苑路8号金科大厦B座1204"
BIRTH = "1980-02-03"
REMARK = "call-first-canary"
SHOP = Source(
    "shop/customer/2", "王建国", phones=[PHONE], mails=[MAIL], identity={"birth_on": BIRTH},
    region="440305", created=2, at=2,
    columns={"level_code": "B", "status": "active", "name_pinyin": "wang jian guo"},
)  # fmt: skip
CRM = Source(
    "crm/customer/1", "王建国", phones=[PHONE], mails=[MAIL], identity={"birth_on": BIRTH},
    finance={"credit_rating_code": "AAA"}, remark=REMARK, region="440305", street=STREET,
    tags=["老客户"], created=1, at=3,
    columns={"level_code": "A", "status": "active", "name_pinyin": "wang jian guo"},
)  # fmt: skip
COMPANY = Source(
    "crm/customer/9", "深圳市云帆科技有限公司", kind="organisation", phones=["+8675526001234"],
    region="440305", created=3, at=3,
    columns={
        "short_name": "云帆科技", "status": "active", "industry_code": "I65",
        "name_pinyin": "shen zhen shi yun fan ke ji you xian gong si",
    },
)  # fmt: skip
CONTACT = Source(
    "crm/contact/5", "李娜", phones=["+8613900054321"], customer=COMPANY.key, created=4, at=3,
    columns={"title": "采购经理", "role_code": "purchasing"},
)  # fmt: skip
GOLDEN = golden_id(CRM.key)
FORMER = golden_id(SHOP.key)
COMPANY_ID = golden_id(COMPANY.key)


def build_master(*more: Source) -> None:
    """Merge the shop's record first and the CRM's older one later: FORMER now leads to GOLDEN."""
    merge(SHOP)
    merge(CRM, COMPANY, CONTACT, *more)


def merge(*records: Source) -> None:
    """Write source records with their look-up hashes, and match and merge them."""
    with db.begin() as connection:
        put(connection, *records)
        for record in records:
            values = [("phone", each) for each in record.phones]
            values += [("mail", each) for each in record.mails]
            for kind, value in values:
                insert(connection, "source.blind_index", {
                    "source_key": record.key, "kind": kind, "standardiser_version": 1,
                    "hash": keys.sealer().blind(kind, value),
                })  # fmt: skip
    match_pending("test")
    merge_pending("test")


def add_deeds() -> None:
    """Give the shop's record two orders, one of them deleted, and a ticket."""
    common = {
        "version_id": 1, "version_at": datetime(2026, 11, 16, tzinfo=UTC),
        "customer_source_key": SHOP.key, "standardiser_version": 1,
    }  # fmt: skip
    with db.begin() as connection:
        for number, is_deleted in (("1", False), ("2", True)):
            insert(connection, "source.sales_order", {
                **common, "source_key": f"shop/sales_order/{number}", "channel": "shop",
                "source_id": number, "order_number": number, "is_deleted": is_deleted,
                "order_key": f"shop/sales_order/{number}", "buyer_source_key": SHOP.key,
            })  # fmt: skip
        insert(connection, "source.ticket", {
            **common, "source_key": "support/ticket/1", "channel": "support", "source_id": "1",
            "is_deleted": False,
        })  # fmt: skip


def add_runs() -> int:
    """Write a held window with its receipt, report page and quarantine; returns the window id."""
    with db.begin() as connection:
        window_id = insert(connection, "hub.gathered_window", {
            "channel": "pos", "entity": "customer", "history": "versioned", "state": "held",
            "start_at": datetime(2026, 11, 15, 16, tzinfo=UTC), "received_count": 20,
            "end_at": datetime(2026, 11, 16, 16, tzinfo=UTC), "run_id": "scheduled__2026-11-16",
            "hold_reason": "share_of_failures",
        }, "window_id")  # fmt: skip
        version_id = insert(connection, "landing.version", {
            "source_key": "pos/customer/8", "channel": "pos", "entity": "customer",
            "source_id": "8", "op": "upsert", "version_at": datetime(2026, 11, 16, tzinfo=UTC),
            "is_own_time": True, "seen_at": datetime(2026, 11, 16, tzinfo=UTC), "digest": b"d",
            "subject": "source:pos/customer/8", "payload": b"p", "window_id": window_id,
        }, "version_id")  # fmt: skip
        insert(connection, "quarantine.record", {
            "version_id": version_id, "suite": "pos_customer", "rule": "mobile_is_valid",
            "severity": "critical",
        })  # fmt: skip
        insert(connection, "hub.run_receipt", {
            "run_id": "scheduled__2026-11-16", "step": "validate", "channel": "pos",
            "entity": "customer", "window_id": window_id, "counts": json.dumps({
                "channel": "pos", "entity": "customer", "window_id": window_id, "received": 20,
                "accepted": 15, "duplicate": 2, "quarantined": 3, "refused": 0, "outside": 0,
                "state": "held",
            }),
        })  # fmt: skip
        insert(connection, "backup.manifest", {
            "backup_id": "20261116T160000Z", "state": "verified", "byte_count": 1234567,
            "row_count": 2, "schema_version": 9,
        })  # fmt: skip
        for state, is_passed in (("failed", False), ("verified", True)):
            insert(connection, "backup.drill", {
                "backup_id": "20261116T160000Z", "run_id": "scheduled__2026-11-16", "state": state,
                "compared_tables": 62, "compared_rows": 2, "rto_seconds": 65.2, "rpo_seconds": 93780,
                "cause": None if is_passed else "lineage: 3 broken",
                "report_key": f"drills/20261116T160000Z/{1 + is_passed:06d}.json",
                "started_at": datetime(2026, 11, 16, 17, is_passed, tzinfo=UTC),
                "finished_at": datetime(2026, 11, 16, 18, is_passed, tzinfo=UTC),
                "checks": json.dumps([
                    {"name": "lineage", "is_passed": is_passed, "found": f"{3 - 3 * is_passed} broken"}
                ]),
            })  # fmt: skip
    page = Path(os.environ["HUB_REPORT_DIR"]) / page_name("scheduled__2026-11-16", window_id)
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html><title>report</title>", encoding="utf-8")
    return window_id


def insert(
    connection: Connection, table: str, columns: dict[str, Any], returning: str = "1"
) -> int:
    """Insert one row; returns its generated id when `returning` names it."""
    names = ", ".join(columns)
    values = ", ".join(f"%({name})s" for name in columns)
    return int(
        connection.exec_driver_sql(
            f"insert into {table} ({names}) values ({values}) returning {returning}", columns
        ).scalar_one()
    )


def url_of(golden: UUID) -> str:
    """Return a customer's address."""
    return f"/hub/customers/{golden}"
