"""What the pages show, what they mask, and in which language."""

import re
from dataclasses import fields
from html import unescape
from pathlib import Path
from typing import get_args

import pytest
from starlette.testclient import TestClient

from customer_hub.channels.contract import ENTITIES
from customer_hub.core import db
from customer_hub.merge.explain import WHY
from customer_hub.publish.drift import Side
from customer_hub.publish.pushes import Weight
from customer_hub.steward import wording
from customer_hub.values.masking import mask_address, mask_identity, mask_mail, mask_phone
from tests.steward.master_rows import (
    BIRTH,
    COMPANY_ID,
    CRM,
    FORMER,
    GOLDEN,
    MAIL,
    PHONE,
    REMARK,
    SHOP,
    STREET,
    Source,
    add_deeds,
    add_runs,
    build_master,
    golden_id,
    merge,
    url_of,
)

TEMPLATES = Path(wording.__file__).parent / "templates"
HAN = re.compile("[\u4e00-\u9fff]")


def read(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.text)


def test_a_customer_shows_its_values_and_where_they_came_from(client: TestClient) -> None:
    build_master()
    add_deeds()
    page = read(client, url_of(GOLDEN))
    level = re.search(r"<th scope=\"row\">Level</th>(.*?)</tr>", page, re.DOTALL)
    assert level
    assert ">A" in re.sub(r">\s+", ">", level[1])
    assert f"<code>{CRM.key}</code>" in level[1]
    assert f"<code>{SHOP.key}</code>" in level[1], "the loser is named"
    assert "more trusted channel" in level[1]
    for text in (CRM.key.split("/")[0], "老客户", f"<code>{FORMER}</code>", "joined"):
        assert text in page
    orders, tickets = (
        re.search(rf"<dt>{name}</dt><dd>(\d+)</dd>", page) for name in ("Orders", "Tickets")
    )
    assert orders
    assert tickets
    assert (orders[1], tickets[1]) == ("1", "1")


def test_a_value_that_was_cleared_says_so(client: TestClient) -> None:
    by_hand = Source(
        "manual/customer/C1", "王建国", phones=[PHONE], mails=[MAIL], created=5, at=4,
        identity={"birth_on": BIRTH}, columns={"cleared_fields": ["level_code"]},
    )  # fmt: skip
    build_master(by_hand)
    page = read(client, url_of(GOLDEN))
    level = re.search(r"<th scope=\"row\">Level</th>(.*?)</tr>", page, re.DOTALL)
    assert level
    for text in ("emptied on purpose", by_hand.key, CRM.key, SHOP.key):
        assert text in level[1]


def test_contact_and_identity_data_are_masked(client: TestClient) -> None:
    build_master()
    page = read(client, url_of(GOLDEN))
    for text in ("138****2345", "w***@mail.example", "1980-**-**", "****"):
        assert text in page
    for text in (PHONE, PHONE[3:], MAIL, "wangjg88", STREET, "1204", BIRTH, REMARK, "AAA"):
        assert text not in page
    assert page.count(">sealed<") == 2, "credit rating and remark: that they are there is shown"


def test_contacts_and_relations_are_listed(client: TestClient) -> None:
    branch = Source(
        "crm/customer/10", "深圳市云帆科技有限公司广州分公司", kind="organisation",
        parent="crm/customer/9", created=9, at=3,
    )  # fmt: skip
    build_master(branch)
    company, other = read(client, url_of(COMPANY_ID)), read(client, url_of(golden_id(branch.key)))
    assert "李娜" in company
    assert "采购经理" in company
    assert f'href="{url_of(golden_id(branch.key))}"' in company
    assert f'href="{url_of(COMPANY_ID)}"' in other
    assert "Branch of" in other


def test_an_old_id_leads_on_and_a_lost_one_says_so(client: TestClient) -> None:
    build_master()
    answer = client.get(url_of(FORMER), follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == url_of(GOLDEN) + "?moved=1"
    assert "leads to this customer now" in client.get(url_of(FORMER)).text
    with db.begin() as connection:
        connection.exec_driver_sql(
            "delete from match.crosswalk where source_key = 'shop/customer/2'"
        )
    assert client.get(url_of(FORMER)).status_code == 410
    for unknown in ("00000000-0000-5000-8000-000000000000", "no-id", "%00"):
        assert client.get(f"/hub/customers/{unknown}").status_code == 404


def test_markup_in_names_is_text(client: TestClient) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    merge(Source("crm/customer/1", evil, kind="organisation", tags=[evil]))
    for path in (url_of(golden_id("crm/customer/1")), "/hub/"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "&lt;script&gt;" in text


def test_erased_values_do_not_break_the_page(client: TestClient) -> None:
    build_master()
    with db.begin() as connection:
        connection.exec_driver_sql("delete from privacy.subject_key")
    page = read(client, url_of(GOLDEN))
    assert "erased" in page
    assert "138****" not in page


def test_runs_show_receipts_windows_quarantine_and_backups(client: TestClient) -> None:
    window_id = add_runs()
    page = read(client, "/hub/runs")
    figures = re.findall(r"<b>(\d+)</b> (\w+)", page)
    assert figures[:6] == [
        ("20", "received"), ("15", "accepted"), ("2", "duplicate"), ("3", "quarantined"),
        ("0", "refused"), ("0", "outside"),
    ]  # fmt: skip
    for text in ("mobile_is_valid", "share_of_failures", "proven by restore", "1.2 MB"):
        assert text in page
    link = f"/hub/reports/scheduled__2026-11-16/{window_id}.html"
    assert page.count(f'href="{link}"') == 3
    report = client.get(link)
    assert report.status_code == 200
    assert "<title>report</title>" in report.text
    assert "script-src" not in report.headers["content-security-policy"]


def test_a_backup_shows_each_check_of_each_drill(client: TestClient) -> None:
    add_runs()
    link = "/hub/backups/20261116T160000Z"
    assert f'href="{link}"' in read(client, "/hub/runs")
    page = read(client, link)
    assert page.index("000002.json") < page.index("lineage: 3 broken") < page.index("000001.json")
    for text in ("1 min 05 s", "26 h 03 min", "does not hold", "0 broken", "Lineage"):
        assert text in page
    assert "字段来源" in read(client, f"{link}?lang=zh")
    assert client.get("/hub/backups/20991116T160000Z").status_code == 404


def test_the_start_page_counts(client: TestClient) -> None:
    build_master()
    add_runs()
    page = read(client, "/hub/")
    for label, count in (("Customers", 2), ("Contacts", 1), ("Source records", 4),
                         ("In quarantine", 1), ("Windows held", 1)):  # fmt: skip
        assert f"<dt>{label}</dt><dd>{count}</dd>" in page
    assert f'href="{url_of(GOLDEN)}"' in page


def test_empty_pages_say_so(client: TestClient) -> None:
    assert "Nothing was merged yet." in read(client, "/hub/")
    page = read(client, "/hub/runs")
    for text in ("Nothing ran yet.", "Every window is closed.", "No backup yet."):
        assert text in page


def test_every_text_is_in_both_languages_and_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
    used = set(re.findall(r'\bt\("([^"]+)"\)', source))
    used |= {f"search.by.{kind}" for kind in ("name", "phone", "mail", "golden_id")}
    used |= {key for key in wording.PAGE_TEXTS if key.startswith("error.4")}
    used |= {"error.503"}
    assert used == set(wording.PAGE_TEXTS)
    named = {f"rule.{rule}" for rule in (*WHY, "later_pin", "cleared", "currency")}
    assert named == {key for key in wording.CODE_TEXTS if key.startswith("rule.")}
    weighed = [each.name for each in fields(Weight)]
    shown = {f"count.{name}" for name in (*weighed, *get_args(Side), "missing", "unseen")}
    shown |= {f"entity.{name}" for name in ENTITIES} | {"step.weigh", "step.reconcile"}
    assert shown <= set(wording.CODE_TEXTS)
    for key, (english, chinese) in {**wording.PAGE_TEXTS, **wording.CODE_TEXTS}.items():
        assert english, key
        assert not HAN.search(english) or key == "language.switch", key
        assert HAN.search(chinese) or key == "language.switch", key


def test_no_text_stands_in_a_template() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>|{#.*?#}", " ", path.read_text(), flags=re.DOTALL)
        assert not re.search("[A-Za-z\u4e00-\u9fff]{2,}", text), path.name


def test_the_chinese_pages_are_chinese(open_client: object) -> None:
    build_master()
    add_runs()
    client = open_client(language="zh-CN,zh;q=0.9,en;q=0.8")  # type: ignore[operator]
    english = {
        pair[0]
        for pair in (*wording.PAGE_TEXTS.values(), *wording.CODE_TEXTS.values())
        if len(pair[0]) > 3 and pair[0] != pair[1] and not HAN.search(pair[0])
    }
    for path in ("/hub/", "/hub/search", url_of(GOLDEN), "/hub/runs"):
        page = read(client, path)
        assert '<html lang="zh-CN">' in page
        visible = re.sub(r"<code>.*?</code>|<[^>]*>", "|", page, flags=re.DOTALL)
        words = {part.strip() for part in visible.split("|")}
        assert words & english - {"English"} == set(), path


def test_the_language_is_chosen_and_remembered(open_client: object) -> None:
    client = open_client(language="fr;q=0.9, zh-TW;q=0.8, en;q=0.5")  # type: ignore[operator]
    assert "<h1>客户</h1>" in client.get("/hub/").text
    answer = client.get("/hub/?lang=en")
    assert "<h1>Customers</h1>" in answer.text
    assert "hub_language=en" in answer.headers["set-cookie"]
    assert "<h1>Customers</h1>" in client.get("/hub/").text
    assert 'href="/hub/?lang=zh"' in client.get("/hub/").text
    assert "<h1>Customers</h1>" in client.get("/hub/?lang=<script>").text


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("+8613812341234", "138****1234"),
        ("+8675526001234", "075****1234"),
        ("+864001234567", "400****4567"),
        ("+12025550100", "+1202****00"),
        ("+4412345678", "+4412****78"),
        ("+441234", "****"),
        ("+8610086", "****"),
    ],
)
def test_phone_masks(value: str, masked: str) -> None:
    assert mask_phone(value) == masked


def test_other_masks() -> None:
    assert mask_mail("a@x.example") == "***@x.example"
    assert mask_mail("ab@x.example") == "a***@x.example"
    assert mask_mail("broken") == "***"
    assert mask_identity("identity_number", "11010519491231002X") == "11**************2X"
    assert mask_identity("identity_number", "AB1234") == "****"
    assert mask_identity("identity_type", "resident_id") == "resident_id"
    assert (
        mask_address({"province": "北京市", "city": "北京市", "street": "长安街1号"})
        == "北京市 ****"
    )
