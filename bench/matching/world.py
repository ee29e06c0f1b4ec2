"""The demo's world as one flat table: customers of the four channels, as written, with the truth."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from local.world.files import write_world

CUSTOMERS, SEED, START, DAYS = 5000, 7, date(2026, 11, 16), 3
# What the world tells of a record beside its true customer; for the judge alone.
TOLD = ("identity_class", "parent_id")

Record = dict[str, Any]

_LAST_GOOD = """
select channel, key, record from event
where seq in (
    select max(event.seq) from event
    left join broken using (channel, entity, key, day)
    where event.entity in ('customers', 'Account', 'user', 'member')
      and event.op = 'upsert' and broken.key is null
    group by event.channel, event.key
)
order by seq
"""


def read_records(folder: Path, customers: int = CUSTOMERS, seed: int = SEED) -> pd.DataFrame:
    """Write the world into ``folder`` and return one row for each customer record of a channel.

    Of each record the last unbroken version of the three days counts. ``cluster_id`` is the true
    customer, ``identity_class`` the class in the world's truth, ``parent_id`` the true customer that
    a branch belongs to.
    """
    write_world(folder, customers, seed, START, DAYS)
    truth = pd.read_csv(folder / "truth.csv", dtype="str").set_index("source_key")
    relations = pd.read_csv(folder / "relations.csv", dtype="str")
    branches = relations[relations["kind"] == "branch_of"].set_index("child")["parent"]
    with closing(sqlite3.connect(folder / "events.sqlite")) as connection:
        broken = pd.read_csv(folder / "broken.csv", dtype={"key": "str"})
        broken.to_sql("broken", connection, if_exists="replace", index=False)
        rows = [
            {"source_key": f"{channel}/customer/{key}", "source": channel}
            | READERS[channel](json.loads(record))
            for channel, key, record in connection.execute(_LAST_GOOD)
        ]
    table = pd.DataFrame(rows)
    known = truth.loc[table["source_key"]]
    table["cluster_id"] = known["true_customer_id"].to_numpy()
    table["identity_class"] = known["class"].to_numpy()
    table["parent_id"] = table["cluster_id"].map(branches)
    return table.drop(columns="source_key")


def _row(kind: str, name: str, company: str, **values: Any) -> Record:
    """Return a row; the speaker's name of an organisation is not the customer's."""
    is_person = kind != "organisation"
    return {
        "kind": "person" if is_person else "company",
        "name": name if is_person else "",
        "company": "" if is_person else company,
        **{column: value or "" for column, value in values.items()},
    }


def _read_shop(record: Record) -> Record:
    meta = {each["key"]: each["value"] for each in record["meta_data"]}
    billing = record["billing"]
    family, given = billing["last_name"], billing["first_name"]
    # A name in Han characters is written without a space, surname first.
    name = f"{given} {family}".strip() if (family + given).isascii() else family + given
    return _row(
        meta.get("kind", ""),
        name,
        billing["company"],
        birth_date=meta.get("birth_date"),
        mobile=billing["phone"],
        phone="",
        mail=record["email"],
        social_credit_code=meta.get("social_credit_code"),
        identity_number=meta.get("identity_number"),
        province=billing["state"],
        city=billing["city"],
        address=billing["address_1"] + billing["address_2"],
        postcode=billing["postcode"],
    )


def _read_crm(record: Record) -> Record:
    return _row(
        record["cKind"],
        record["name"],
        record["name"],
        birth_date=record["cBirthDate"],
        mobile=record["cMobile"],
        # The CRM shows the mobile as its main number when it knows one.
        phone="" if record["phoneNumber"] == record["cMobile"] else record["phoneNumber"],
        mail=record["emailAddress"],
        social_credit_code=record["cSocialCreditCode"],
        identity_number=record["cIdentityNumber"],
        province=record["billingAddressState"],
        city=record["billingAddressCity"],
        address=record["billingAddressStreet"],
        postcode=record["billingAddressPostalCode"],
    )


def _read_support(record: Record) -> Record:
    fields = {each["name"]: each["values"] for each in record["CustomFields"]}
    return _row(
        (fields.get("Kind") or [""])[0],
        record["RealName"],
        record["Organization"],
        birth_date="",
        mobile=record["MobilePhone"],
        phone=record["WorkPhone"] or record["HomePhone"],
        mail=record["EmailAddress"],
        social_credit_code="",
        identity_number="",
        province=record["State"],
        city=record["City"],
        address=record["Address1"] + record["Address2"],
        postcode=record["Zip"],
    )


def _read_pos(record: Record) -> Record:
    return _row(
        "organisation" if record["会员类型"] == "企业" else "person",
        record["姓名"],
        record["公司名称"],
        birth_date=record["生日"],
        mobile=record["手机"],
        phone=record["固定电话"],
        mail=record["邮箱"],
        social_credit_code=record["统一社会信用代码"],
        identity_number=record["证件号码"],
        province=record["省"],
        city=record["市"],
        address=record["区"] + record["地址"],
        postcode=record["邮编"],
    )


# Channel -> what reads a customer record of it as a row.
READERS: dict[str, Callable[[Record], Record]] = {
    "shop": _read_shop,
    "crm": _read_crm,
    "support": _read_support,
    "pos": _read_pos,
}
