"""One running sandbox over a small synthetic world, shared by the sandbox's tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.sandbox.process import SandboxProcess, start_sandbox, write_events
from local.sandbox.process import WorldEvent as Row
from tests.local import hubspot_account, zendesk_desk

PHONE_STEM = "+86 10 5555 "


def account(number: int, day: int, at: str, **fields: object) -> Row:
    identifier = f"6a0000000000{number:05x}"
    record = {
        "id": identifier,
        "name": f"Account {number}",
        "emailAddress": f"account{number}@crm.example",
        "phoneNumber": f"{PHONE_STEM}{number:04d}",
        "cLevel": ("VIP", "A", "B", "C")[number % 4],
        "createdAt": "2025-01-01 00:00:00",
        "modifiedAt": at,
        **fields,
    }
    return (day, at.replace(" ", "T") + "Z", "crm", "Account", "insert", identifier, record)


def crm_events() -> list[Row]:
    """Twelve accounts of one second and eight later ones, then an update and a delete."""
    rows = [account(number, 1, "2026-11-16 01:00:00") for number in range(12)]
    rows += [account(number, 1, f"2026-11-16 01:00:{number}") for number in range(12, 20)]
    later = account(1, 2, "2026-11-17 02:00:00", cLevel="C")
    rows.append((2, *later[1:4], "update", *later[5:]))
    gone = account(2, 3, "2026-11-18 03:00:00")
    rows.append((3, *gone[1:4], "delete", *gone[5:]))
    return rows


def customer(number: int, day: int, at: str, op: str = "insert", **fields: object) -> Row:
    record = {
        "id": number,
        "email": f"customer{number}@shop.example",
        "username": f"customer{number}",
        "first_name": "Li",
        "role": "customer",
        "date_created_gmt": "2025-05-05T00:00:00",
        "date_modified_gmt": at,
        "billing": {"city": "Beijing", "phone": f"{PHONE_STEM}{number:04d}"},
        "meta_data": [{"id": number * 10, "key": "level", "value": "A"}],
        **fields,
    }
    return (day, f"{at}Z", "shop", "customers", op, str(number), record)


def order(number: int, day: int, at: str) -> Row:
    record = {
        "id": number,
        "number": str(number),
        "status": "processing",
        "customer_id": number % 5,
        "total": "10.00",
        "date_created_gmt": at,
        "date_modified_gmt": at,
        "meta_data": [],
    }
    return (day, f"{at}Z", "shop", "orders", "insert", str(number), record)


def shop_events() -> list[Row]:
    """Thirty customers (one an administrator, one with no modified date) and orders on each day."""
    rows = [customer(number, 1, f"2026-11-16T01:00:{number:02d}") for number in range(1, 29)]
    rows.append(customer(29, 1, "2026-11-16T01:00:29", role="administrator"))
    rows.append(customer(30, 1, "2026-11-16T01:00:30", date_modified_gmt=None))
    rows += [order(100 + number, 1, f"2026-11-16T02:00:{number:02d}") for number in range(5)]
    rows += [order(200 + number, 2, f"2026-11-17T02:00:{number:02d}") for number in range(5)]
    rows.append(customer(3, 2, "2026-11-17T05:00:00", "update", first_name="Wang"))
    rows.append(customer(4, 3, "2026-11-18T05:00:00", "delete"))
    return rows


def user(number: int, day: int, at: str, op: str = "insert", **fields: object) -> Row:
    record = {
        "id": number,
        "Name": f"user{number}@desk.example",
        "RealName": f"User {number}",
        "EmailAddress": f"user{number}@desk.example",
        "Created": "2025-01-01T00:00:00Z",
        "LastUpdated": f"{at}Z",
        "Disabled": 0,
        "CustomFields": [{"name": "CustomerNo", "values": [f"C{number}"]}],
        **fields,
    }
    return (day, f"{at}Z", "support", "user", op, str(number), record)


def ticket(number: int, day: int, at: str, op: str = "insert", **fields: object) -> Row:
    record = {
        "id": number,
        "Subject": f"Question {number}",
        "Status": "open" if number % 2 else "resolved",
        "Queue": {"id": "1", "Name": "Support"},
        "Requestor": [{"id": f"user{number}@desk.example", "type": "user"}],
        "Created": "2026-11-16T00:00:00Z",
        "LastUpdated": f"{at}Z",
        "CustomFields": [{"name": "Satisfaction", "values": ["5"]}],
        **fields,
    }
    return (day, f"{at}Z", "support", "ticket", op, str(number), record)


def transaction(number: int, ticket_id: int, kind: str) -> Row:
    record = {
        "id": number,
        "Type": kind,
        "Created": "2026-11-16T03:00:00Z",
        "Creator": {"id": "agent", "type": "user"},
        "Object": {"id": str(ticket_id), "type": "ticket"},
        "Content": f"Text {number}",
        "ContentType": "text/plain",
    }
    return (1, "2026-11-16T03:00:00Z", "support", "transaction", "insert", str(number), record)


def support_events() -> list[Row]:
    """Twenty-five users (one disabled later), six tickets (one deleted later) and a history."""
    rows = [user(number, 1, f"2026-11-16T03:00:{number:02d}") for number in range(1, 26)]
    rows += [ticket(number, 1, f"2026-11-16T04:00:{number:02d}") for number in range(1, 7)]
    rows += [transaction(11, 1, "Create"), transaction(12, 1, "Correspond")]
    rows.append(user(2, 2, "2026-11-17T03:00:00", "delete"))
    rows.append(ticket(3, 2, "2026-11-17T04:00:00", "update", Status="stalled"))
    rows.append(ticket(6, 3, "2026-11-18T04:00:00", "delete"))
    return rows


def member(number: str, day: int, op: str = "insert", **fields: str) -> Row:
    record = {"会员号": number, "姓名": "李雷", "会员类型": "个人", "状态": "正常", **fields}
    given = record if op != "delete" else {}
    return (day, f"2026-11-{15 + day}T05:00:00+00:00", "pos", "member", op, number, given)


def sale(receipt: str, day: int) -> Row:
    record = {"小票号": receipt, "门店": "一店", "会员号": "M1", "行号": "1", "金额": "9.90"}
    return (day, f"2026-11-{15 + day}T06:00:00+00:00", "pos", "sale", "insert", receipt, record)


def pos_events() -> list[Row]:
    """A member whose name GBK cannot write, one who leaves on day 2, and no sale on day 3."""
    rows = [member("M1", 1), member("M2", 1), member("M3", 1, 姓名="𠮷野")]
    rows += [sale("R1", 1), sale("R2", 2), member("M2", 2, "delete")]
    rows.append(member("M1", 2, "update", 姓名="韩梅梅"))
    return rows


@pytest.fixture(scope="session")
def world_events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of events that the sandbox of these tests lives through."""
    path = tmp_path_factory.mktemp("world") / "events.sqlite"
    write_events(path, crm_events() + shop_events() + support_events() + pos_events())
    return path


@pytest.fixture(scope="session")
def sandbox(
    tmp_path_factory: pytest.TempPathFactory, world_events: Path
) -> Iterator[SandboxProcess]:
    """A sandbox that has lived through all three days."""
    running = start_sandbox(tmp_path_factory.mktemp("sandbox") / "state", world_events)
    running.advance(3)
    yield running
    running.stop()


@pytest.fixture
def new_sandbox(tmp_path: Path, world_events: Path) -> Iterator[SandboxProcess]:
    """A sandbox of one test alone, before the first day."""
    running = start_sandbox(tmp_path / "state", world_events)
    yield running
    if running.process.poll() is None:
        running.stop()


@contextmanager
def run_alone(folder: Path, name: str, rows: list[Row]) -> Iterator[SandboxProcess]:
    """Run a sandbox of one channel and no other, on the evening of its first day."""
    write_events(folder / "events.sqlite", rows)
    running = start_sandbox(folder / "state", folder / "events.sqlite", {name: 0, "control": 0})
    running.advance(1)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def hubspot_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A HubSpot account for the tests of one file."""
    rows = hubspot_account.make_rows()
    with run_alone(tmp_path_factory.mktemp("hubspot"), "hubspot", rows) as running:
        yield running


@pytest.fixture
def hubspot(hubspot_alone: SandboxProcess) -> Iterator[SandboxProcess]:
    """The file's HubSpot account, its settings and faults put back after the test."""
    yield hubspot_alone
    hubspot_alone.set("hubspot", **hubspot_account.USUAL)
    hubspot_alone.control("DELETE", "/faults")


@pytest.fixture(scope="module")
def zendesk_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A Zendesk for the tests of one file."""
    rows = zendesk_desk.make_rows()
    with run_alone(tmp_path_factory.mktemp("zendesk"), "zendesk", rows) as running:
        yield running


@pytest.fixture
def zendesk(zendesk_alone: SandboxProcess) -> Iterator[SandboxProcess]:
    """The file's Zendesk, its settings and faults put back after the test."""
    yield zendesk_alone
    zendesk_alone.set("zendesk", **zendesk_desk.USUAL)
    zendesk_alone.control("DELETE", "/faults")
