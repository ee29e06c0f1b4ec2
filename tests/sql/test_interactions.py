"""Interactions, changes of tickets and feedback on a real database, from landing to the timeline."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from customer_hub.channels.config import read_channel
from customer_hub.cli import app
from customer_hub.core import db, keys, migrate, subjects, table_hash
from customer_hub.core.errors import HubError
from customer_hub.core.settings import settings
from customer_hub.match.decisions import decide
from customer_hub.match.run import match_pending
from customer_hub.merge.timeline import count_unresolved, read_timeline
from customer_hub.standardise.feedback import standardise_feedback
from customer_hub.standardise.rows import Origin
from customer_hub.standardise.run import standardise_pending
from customer_hub.standardise.write import write_records
from customer_hub.validate.gate import validate_window
from tests.landed import Landing, accept, land, make_channel
from tests.records import make_account, make_call, make_contact, make_mail, make_ticket
from tests.sql.source_rows import Source, put

ACCOUNT, CONTACT = "crm/customer/65a0000000000a001", "crm/contact/65c0000000000a001"
CALL, MAIL = "Call-65d0000000000a001", "Email-65e0000000000a001"
CANARY = "Canary-3c9e1"
_NAMED = {"account": ACCOUNT, "asked": "support/customer/77"}


def fetch(statement: str, **params: Any) -> list[Any]:
    with db.begin() as connection:
        return list(connection.exec_driver_sql(statement, params).all())


def bring(*landings: Landing, entity: str = "interaction", channel: str = "crm") -> None:
    accept(list(landings), channel=channel, entity=entity)
    standardise_pending("run")


def unseal(table: str, source_key: str, key: str, sealed: bytes) -> Any:
    reference = f"source:{source_key}"
    with db.begin() as connection:
        salt = subjects.read_salts(connection, [reference])[reference]
    return keys.sealer().unseal(f"source.{table}", "free_text", key, salt, sealed)


def timeline(golden_id: UUID, size: int = 50) -> list[tuple[str, str]]:
    with db.begin() as connection:
        rows = read_timeline(connection, golden_id, size)
    return [(row.source_key, row.ordinal) for row in rows]


def unresolved() -> dict[str, int]:
    with db.begin() as connection:
        return {row.channel: row.unresolved for row in count_unresolved(connection)}


def golden_of(source_key: str) -> UUID:
    match_pending("test")
    found = fetch(
        "select golden_id from match.crosswalk where source_key = %(key)s", key=source_key
    )
    return UUID(str(found[0].golden_id))


def test_a_call_stands_alone_with_its_words_sealed(hub: str) -> None:
    bring(Landing(CALL, make_call()))
    [row] = fetch("select * from source.interaction")
    assert (row.medium_code, row.direction_code, row.status_code) == ("call", "out", "held")
    assert (row.customer_source_key, row.contact_source_key) == (ACCOUNT, CONTACT)
    assert (row.agent, row.is_deleted, row.channel) == ("林静", False, "crm")
    assert row.happened_at == datetime(2026, 11, 15, 16, 30, tzinfo=UTC)
    assert row.ended_at == datetime(2026, 11, 15, 16, 40, tzinfo=UTC)
    key = f"crm/interaction/{CALL}"
    assert unseal("interaction", key, f"{key}|0", row.free_text_sealed) == {
        "subject": "催款", "text": "客户同意周五付款"
    }  # fmt: skip
    assert fetch("select 1 from match.pending_record") == []


def test_a_mails_addresses_are_sealed_and_an_agents_mail_is_not_shown(hub: str) -> None:
    bring(Landing(MAIL, make_mail(assignedUserName="lin@hub.example", dateSent="when?")))
    [row] = fetch("select * from source.interaction")
    assert (row.agent, row.contact_source_key, row.direction_code) == (None, None, "in")
    # A time that cannot be read loses nothing: it stands where it was made.
    assert row.happened_at == datetime(2026, 11, 15, 16, 51, tzinfo=UTC)
    key = f"crm/interaction/{MAIL}"
    told = unseal("interaction", key, f"{key}|0", row.free_text_sealed)
    assert (told["sender"], told["recipients"]) == (
        "li.na@yunfan.example", "desk@hub.example;boss@hub.example"
    )  # fmt: skip


def test_a_delete_hides_an_interaction_until_it_is_there_again(hub: str) -> None:
    bring(Landing("65a0000000000a001", make_account()), entity="customer")
    bring(Landing(CALL, make_call(), hour=1))
    golden_id = golden_of(ACCOUNT)
    assert timeline(golden_id) == [(f"crm/interaction/{CALL}", "0")]
    bring(Landing(CALL, None, hour=2))
    assert [row.is_deleted for row in fetch("select is_deleted from source.interaction")] == [True]
    assert timeline(golden_id) == []
    bring(Landing(CALL, make_call(name="again"), hour=3))
    assert timeline(golden_id) == [(f"crm/interaction/{CALL}", "0")]


def test_an_interaction_of_nobody_known_waits_and_links_by_itself(hub: str) -> None:
    loose = make_mail(id="x", parentType=None, parentId=None)
    bring(Landing(CALL, make_call(contactsIds=[])), Landing("Email-x", loose))
    match_pending("test")
    assert unresolved() == {"crm": 2}
    before = fetch("select ctid::text, xmin::text from source.interaction")
    bring(Landing("65a0000000000a001", make_account()), entity="customer")
    golden_id = golden_of(ACCOUNT)
    assert timeline(golden_id) == [(f"crm/interaction/{CALL}", "0")]
    assert unresolved() == {"crm": 1}
    assert fetch("select ctid::text, xmin::text from source.interaction") == before


@pytest.mark.parametrize("is_late", [False, True])
def test_a_contacts_interaction_belongs_to_his_customer(hub: str, is_late: bool) -> None:
    call = make_call(parentType=None, parentId=None, accountId=None)
    people = [
        lambda: bring(Landing("65a0000000000a001", make_account()), entity="customer"),
        lambda: bring(Landing("65c0000000000a001", make_contact()), entity="contact"),
    ]
    steps = [lambda: bring(Landing(CALL, call)), *people]
    for step in steps if is_late else reversed(steps):
        step()
    expected = [(f"crm/interaction/{CALL}", "0")]
    assert timeline(golden_of(ACCOUNT)) == expected
    assert timeline(golden_of(CONTACT)) == expected
    assert unresolved() == {}


def put_customers() -> None:
    with db.begin() as connection:
        put(
            connection,
            Source(ACCOUNT, "王建国", phones=["+8613800012345"], created=1),
            Source("support/customer/77", "王建国", phones=["+8613800012345"], created=2),
        )


def test_the_timeline_of_a_customer_is_ordered_over_all_channels(hub: str) -> None:
    put_customers()
    bring(Landing("5", make_ticket()), entity="ticket", channel="support")
    same = {"dateStart": "2026-11-15 16:00:00", "contactsIds": []}
    bring(
        Landing("Call-b", make_call(id="b", **same)),
        Landing("Call-B", make_call(id="B", **same)),
        Landing(MAIL, make_mail()),
    )
    golden_id = golden_of(ACCOUNT)
    expected = [
        (f"crm/interaction/{MAIL}", "0"),
        ("crm/interaction/Call-B", "0"),
        ("crm/interaction/Call-b", "0"),
        ("support/ticket/5", "80"),
    ]
    assert timeline(golden_id) == expected
    assert timeline(golden_id, 2) == expected[:2]
    decide("cannot-link", _NAMED["account"], _NAMED["asked"], "lin", "two people")
    parted = {golden_of(key) for key in _NAMED.values()}
    assert {tuple(timeline(each)) for each in parted} == {tuple(expected[:3]), tuple(expected[3:])}
    with pytest.raises(HubError, match="no record ever had this id"):
        timeline(uuid4())


def test_a_tickets_changes_stand_in_order_and_say_since_when_it_is_done(hub: str) -> None:
    ticket = make_ticket()
    change = {"Type": "Status", "Field": "Status", "Creator": {"id": "li@desk.example"}}
    ticket["transactions"] += [
        {**change, "id": "82", "Created": "2026-11-15T18:00:00Z", "OldValue": "resolved",
         "NewValue": "open"},
        {**change, "id": "83", "Created": "2026-11-15T18:00:00Z", "OldValue": "open",
         "NewValue": "open"},
    ]  # fmt: skip
    bring(Landing("5", {**ticket, "Status": "open"}), entity="ticket", channel="support")
    [row] = fetch("select status_code, resolved_at from source.ticket")
    assert tuple(row) == ("open", None)
    events = fetch(
        "select ordinal, from_code, to_code, agent from source.ticket_event order by ordinal"
    )
    assert [tuple(event) for event in events] == [
        ("81", "new", "resolved", "agent.lin"), ("82", "resolved", "open", None)
    ]  # fmt: skip
    ticket["transactions"].append(
        {**change, "id": "84", "Created": "2026-11-15T19:00:00Z", "OldValue": "open",
         "NewValue": "resolved"}
    )  # fmt: skip
    bring(Landing("5", ticket, hour=2), entity="ticket", channel="support")
    [row] = fetch("select resolved_at from source.ticket")
    assert row.resolved_at == datetime(2026, 11, 15, 19, tzinfo=UTC)
    assert len(fetch("select 1 from source.ticket_event")) == 3


def test_feedback_stands_alone_on_its_own_scale(hub: str) -> None:
    key = "desk/feedback/35436"
    origin = Origin(
        source_key=key, channel="desk", source_id="35436", version_id=1, zone="UTC",
        version_at=datetime(2026, 11, 16, tzinfo=UTC), is_deleted=False,
        named={"ticket": "desk/ticket/208", "order": None},
    )  # fmt: skip
    # A satisfaction rating as Zendesk shows it, mapped to the raw columns.
    record = {
        "customer": "7881", "ticket": "208", "order": None, "kind": "satisfaction", "score": "good",
        "scale": "bad/good", "at": "2026-11-15T16:00:00Z", "comment": "很快", "reason": None,
    }  # fmt: skip
    complaint = {**record, "kind": "Complaint", "score": None, "scale": None}

    def write(*records: dict[str, Any]) -> set[str]:
        rows = [standardise_feedback(each, origin, "desk/customer/7881") for each in records]
        with db.begin() as connection:
            return write_records(connection, keys.sealer(), "feedback", [key], rows)

    assert write(record) == {key}
    [row] = fetch("select * from source.feedback")
    assert (row.kind_code, str(row.score), row.scale_code) == ("satisfaction", "1.00", "bad/good")
    assert (str(row.score_share), row.ticket_source_key) == ("1.0000", "desk/ticket/208")
    assert row.given_at == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert unseal("feedback", key, f"{key}|satisfaction", row.free_text_sealed) == {
        "comment": "很快"
    }
    assert write(record) == set()
    assert write(complaint) == {key}
    [row] = fetch("select kind_code, score, score_share, scale_code from source.feedback")
    assert tuple(row) == ("complaint", None, None, None)
    with db.begin() as connection:
        hashed = list(table_hash.read_rows(connection, keys.sealer(), "source.feedback"))
    assert [row_key for row_key, _ in hashed] == [f"{key}|complaint"]
    assert json.loads(hashed[0][1])[1] == [{"comment": "很快"}]
    assert write() == {key}
    assert fetch("select 1 from source.feedback") == []


def test_no_word_of_an_interaction_leaves_its_place(
    hub: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    crm = read_channel("crm")
    # A canary that is a mail address, for log-ins and parties may be some.
    mail = f"{CANARY}@canary.example"
    words = {"name": CANARY, "description": CANARY, "assignedUserName": mail, "status": CANARY}
    good = make_call(**{**words, "status": "Held"})
    landings = [
        Landing("Call-good", {**good, "id": "good"}),
        Landing("Call-odd", {**good, "id": "odd", "direction": CANARY, "dateStart": CANARY}),
        Landing(MAIL, make_mail(name=CANARY, bodyPlain=CANARY, to=mail, **{"from": mail})),
    ]
    receipt = validate_window(crm, land(landings, entity="interaction"), "canary")
    assert (receipt.accepted, receipt.quarantined) == (2, 1)
    ticket = make_ticket()
    ticket |= {"Subject": CANARY, "CustomFields": [{"name": "Satisfaction", "values": [CANARY]}]}
    for row in ticket["transactions"]:
        row |= {"Content": CANARY, "Creator": {"id": mail}}
    put_customers()
    bring(Landing("5", ticket), entity="ticket", channel="support")
    assert len(fetch("select 1 from source.interaction")) == 3
    golden_id = golden_of(ACCOUNT)
    shown = CliRunner().invoke(app, ["timeline", str(golden_id)])
    assert shown.output.count("\n") == 4
    counted = CliRunner().invoke(app, ["unresolved"])
    captured = capfd.readouterr()
    pages = [
        path.read_text(encoding="utf-8")
        for path in Path(settings().report_dir).rglob("*")
        if path.is_file()
    ]
    assert pages
    text = "".join([shown.output, counted.output, caplog.text, captured.out, captured.err, *pages])
    assert CANARY.lower() not in (text + dump()).lower()


def dump() -> str:
    """Return every row of every table as text."""
    tables = fetch(
        "select format('%%I.%%I', schemaname, tablename) as name from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema')"
    )
    assert len(tables) > 40
    return "".join(
        str(row.row)
        for table in tables
        for row in fetch(f"select t::text as row from {table.name} as t")
    )


def test_rows_from_before_get_what_their_ticket_says(
    postgres_server: Any, hub: str, tmp_path: Path
) -> None:
    for path in migrate.MIGRATIONS_DIR.glob("*.sql"):
        if "stand_alone" not in path.name and int(path.name[:4]) < 20:
            (tmp_path / path.name).write_text(path.read_text())
    url = postgres_server.create_database("hub_before", "hub")
    migrate.migrate(url, tmp_path)
    engine = db.engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into source.ticket (source_key, channel, source_id, version_id, version_at,"
            " is_deleted, customer_source_key, standardiser_version)"
            " values ('d/ticket/5', 'd', '5', 9, now(), false, 'd/customer/7', 4)"
        )
        connection.exec_driver_sql(
            "insert into source.interaction (source_key, ordinal, medium_code, direction_code,"
            " happened_at) values ('d/ticket/5', '80', 'ticket', 'in', now())"
        )
        connection.exec_driver_sql(
            "insert into source.feedback (source_key, kind_code, score)"
            " values ('d/ticket/5', 'satisfaction', 4)"
        )
    migrate.migrate(url)
    with engine.begin() as connection:
        [entry] = connection.exec_driver_sql("select * from source.interaction")
        [given] = connection.exec_driver_sql("select * from source.feedback")
    engine.dispose()
    postgres_server.drop_database("hub_before")
    for row in (entry, given):
        assert (row.customer_source_key, row.version_id) == ("d/customer/7", 9)
    assert given.ticket_source_key == "d/ticket/5"


def test_a_window_of_interactions_passes_the_gate_and_balances(hub: str) -> None:
    channel = make_channel("crm")
    receipt = validate_window(
        channel,
        land(
            [
                Landing(CALL, make_call()),
                Landing(MAIL, make_mail(dateSent=None, parentId=None)),
                Landing("Call-gone", None),
            ],
            entity="interaction", duplicate=2, outside=1,
        ),
        "gate",
    )  # fmt: skip
    assert (receipt.state, receipt.received) == ("closed", 6)
    assert (receipt.accepted, receipt.quarantined) == (2, 1)
