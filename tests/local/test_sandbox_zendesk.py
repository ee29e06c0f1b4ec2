"""The Zendesk sandbox behaves as Zendesk Support does, quirks included."""

from __future__ import annotations

import time

import pytest

from local.sandbox.process import SandboxProcess
from tests.local.zendesk_desk import call, export, ids, make, unix, wait_for


@pytest.mark.parametrize("wrong", [("hub@desk.example/token", "wrong"), ("hub@desk.example", "x")])
def test_the_token_is_demanded(zendesk: SandboxProcess, wrong: tuple[str, str]) -> None:
    answer = call(zendesk, "GET", "users", auth=wrong)
    assert (answer.status_code, answer.json()) == (401, {"error": "Couldn't authenticate you"})


def test_an_export_goes_page_by_page_to_its_end_and_on(zendesk: SandboxProcess) -> None:
    first = export(zendesk, per_page=15)
    assert (ids(first["users"]), first["end_of_stream"]) == (list(range(1, 16)), False)
    assert (first["before_url"], first["before_cursor"]) == (None, None)
    second = call(zendesk, "GET", first["after_url"]).json()
    assert second == export(zendesk, cursor=first["after_cursor"], per_page=15)
    assert ids(second["users"]) == list(range(16, 21))
    assert second["end_of_stream"] is True
    third = export(zendesk, cursor=second["after_cursor"])
    assert (third["users"], third["end_of_stream"]) == ([], True)
    assert third["after_cursor"] == second["after_cursor"]


def test_an_export_shows_what_is_deleted_and_whole_rows(zendesk: SandboxProcess) -> None:
    users = {row["id"]: row for row in export(zendesk)["users"]}
    assert (users[20]["active"], users[19]["active"]) == (False, True)
    assert "generated_timestamp" not in users[1]
    assert users[1]["user_fields"] == {"hub_id": None, "hub_level": None, "hub_region": None}
    assert users[1]["url"].endswith("/api/v2/users/1.json")
    tickets = {row["id"]: row for row in export(zendesk, "tickets")["tickets"]}
    assert (tickets[5]["status"], tickets[4]["status"]) == ("deleted", "closed")
    # A system change moves when it was generated, and not updated_at.
    assert tickets[4]["updated_at"] == "2026-11-16T02:00:04Z"
    assert tickets[4]["generated_timestamp"] == unix("2026-11-16T04:00:01")
    late = export(zendesk, "tickets", start_time=unix("2026-11-16T03:59:59"))["tickets"]
    assert ids(late) == [5, 4]


def test_an_export_leaves_out_the_last_minute(zendesk: SandboxProcess) -> None:
    before = ids(export(zendesk)["users"])
    made = make(zendesk)
    assert call(zendesk, "GET", f"users/{made}").status_code == 200
    assert ids(export(zendesk)["users"]) == before
    start = unix("2026-11-16T16:00:00")
    path, params = "incremental/users/cursor", {"start_time": start}
    answer = call(zendesk, "GET", path, params=params)
    assert (answer.status_code, answer.json()["error"]) == (422, "InvalidValue")
    assert answer.json()["description"].startswith("Too recent start_time")
    assert call(zendesk, "GET", path).status_code == 400
    assert call(zendesk, "GET", path, params={"cursor": "x"}).status_code == 400
    assert call(zendesk, "GET", "incremental/groups/cursor").status_code == 404


def test_exports_are_limited_when_they_are(zendesk: SandboxProcess) -> None:
    zendesk.set("zendesk", incremental_limit=1)
    path, params = "incremental/users/cursor", {"start_time": 0}
    answers = [call(zendesk, "GET", path, params=params) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 0 < int(answers[1].headers["Retry-After"]) <= 60
    assert answers[1].json()["error"] == "APIRateLimitExceeded"
    assert call(zendesk, "GET", "users").status_code == 200


def test_addresses_may_end_in_json(zendesk: SandboxProcess) -> None:
    assert call(zendesk, "GET", "users/1.json").json() == call(zendesk, "GET", "users/1").json()
    assert call(zendesk, "GET", "nothing.json").json()["error"] == "InvalidEndpoint"


def test_lists_are_paged_by_cursors(zendesk: SandboxProcess) -> None:
    first = call(zendesk, "GET", "users", params={"page[size]": 15}).json()
    assert ids(first["users"]) == list(range(1, 16))
    assert first["meta"]["has_more"] is True
    second = call(zendesk, "GET", first["links"]["next"]).json()
    params = {"page[size]": 15, "page[after]": first["meta"]["after_cursor"]}
    assert second == call(zendesk, "GET", "users", params=params).json()
    assert ids(second["users"])[:4] == [16, 17, 18, 19]
    assert 20 not in ids(second["users"])
    assert (second["meta"]["has_more"], second["links"]["next"]) == (False, None)
    assert call(zendesk, "GET", "users", params={"page[size]": 101}).status_code == 400


def test_records_are_read_one_by_one(zendesk: SandboxProcess) -> None:
    missing = call(zendesk, "GET", "users/777")
    assert missing.status_code == 404
    assert missing.json() == {"error": "RecordNotFound", "description": "Not found"}
    assert call(zendesk, "GET", "users/20").json()["user"]["active"] is False
    assert call(zendesk, "GET", "tickets/5").status_code == 404
    shown = call(zendesk, "GET", "tickets/2").json()["ticket"]
    assert (shown["requester_id"], shown["via"]) == (2, {"channel": "api"})
    assert all(field["value"] is None for field in shown["custom_fields"])


def test_many_are_read_at_once(zendesk: SandboxProcess) -> None:
    one = make(zendesk, external_id="E-1")
    twin = make(zendesk, external_id="E-1")
    params = {"external_ids": "E-1,E-2"}
    found = call(zendesk, "GET", "users/show_many", params=params).json()
    assert (ids(found["users"]), found["count"]) == ([one, twin], 2)
    by_id = call(zendesk, "GET", "users/show_many", params={"ids": "3,777,20,2"}).json()
    assert ids(by_id["users"]) == [2, 3]
    tickets = call(zendesk, "GET", "tickets/show_many", params={"ids": "1,5"}).json()
    assert ids(tickets["tickets"]) == [1]
    too_many = {"ids": ",".join(map(str, range(101)))}
    assert call(zendesk, "GET", "users/show_many", params=too_many).status_code == 400
    assert call(zendesk, "GET", "users/show_many", params={"ids": "x"}).status_code == 400


def test_users_are_searched(zendesk: SandboxProcess) -> None:
    for query in ("email:USER3@zendesk.example", 'type:user email:"user3@zendesk.example"'):
        found = call(zendesk, "GET", "users/search", params={"query": query}).json()
        assert ids(found["users"]) == [3]
    made = make(zendesk, external_id="S-1")
    found = call(zendesk, "GET", "users/search", params={"external_id": "S-1"}).json()
    assert ids(found["users"]) == [made]
    assert call(zendesk, "GET", "users/search").status_code == 400


def test_comments_and_ratings(zendesk: SandboxProcess) -> None:
    first = call(zendesk, "GET", "tickets/1/comments", params={"page[size]": 2}).json()
    assert [row["body"] for row in first["comments"]] == ["Text 0", "Text 1"]
    assert "ticket_id" not in first["comments"][0]
    assert first["comments"][0]["via"] == {"channel": "api"}
    rest = call(zendesk, "GET", first["links"]["next"]).json()
    assert ids(rest["comments"]) == [12]
    assert call(zendesk, "GET", "tickets/5/comments").status_code == 404
    ratings = call(zendesk, "GET", "satisfaction_ratings").json()["satisfaction_ratings"]
    assert [(row["score"], row["ticket_id"]) for row in ratings] == [("good", 1), ("bad", 2)]
    for params, expected in (
        ({"start_time": unix("2026-11-16T01:30:00")}, [2]),
        ({"end_time": unix("2026-11-16T01:30:00")}, [1]),
        ({"score": "bad"}, [2]),
    ):
        found = call(zendesk, "GET", "satisfaction_ratings", params=params).json()
        assert ids(found["satisfaction_ratings"]) == expected


def test_unknown_keys_are_ignored_and_only_changes_move_the_time(zendesk: SandboxProcess) -> None:
    fields = {"hub_level": "A", "nope": "1"}
    given = {"user": {"nope": 1, "notes": "n", "id": 5, "user_fields": fields}}
    first = call(zendesk, "PUT", "users/7", given)
    assert first.status_code == 200
    changed = first.json()["user"]
    assert "nope" not in {*changed, *changed["user_fields"]}
    assert (changed["id"], changed["notes"], changed["user_fields"]["hub_level"]) == (7, "n", "A")
    assert changed["updated_at"].startswith("2026-11-16T16:")
    time.sleep(1.1)
    second = call(zendesk, "PUT", "users/7", {"user": {"notes": "n"}}).json()["user"]
    assert second["updated_at"] == changed["updated_at"]
    assert call(zendesk, "PUT", "users/20", {"user": {"notes": "n"}}).status_code == 404
    assert call(zendesk, "PUT", "users/7", {"notes": "n"}).status_code == 400


def test_a_second_mail_is_not_shown(zendesk: SandboxProcess) -> None:
    given = {"user": {"email": "second@zendesk.example"}}
    shown = call(zendesk, "PUT", "users/8", given).json()["user"]
    assert shown["email"] == "user8@zendesk.example"
    bare = make(zendesk)
    given = {"user": {"email": "Bare@zendesk.example"}}
    shown = call(zendesk, "PUT", f"users/{bare}", given).json()["user"]
    assert shown["email"] == "bare@zendesk.example"


def test_a_user_is_refused_with_its_field(zendesk: SandboxProcess) -> None:
    for fields, name, error in (
        ({"name": "A", "email": "User2@zendesk.example"}, "email", "DuplicateValue"),
        ({"name": "A", "email": "nonsense"}, "email", "InvalidFormat"),
        ({"email": "a@zendesk.example"}, "name", "BlankValue"),
    ):
        answer = call(zendesk, "POST", "users", {"user": fields})
        assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")
        assert answer.json()["details"][name][0]["error"] == error
    taken = call(zendesk, "PUT", "users/3", {"user": {"email": "user2@zendesk.example"}})
    assert taken.status_code == 422


def test_create_or_update_looks_by_external_id_then_by_mail(zendesk: SandboxProcess) -> None:
    given = {"name": "Hub", "external_id": "C-1", "email": "c1@zendesk.example"}
    created = call(zendesk, "POST", "users/create_or_update", {"user": given})
    assert created.status_code == 201
    by_id = {"external_id": "C-1", "notes": "again"}
    updated = call(zendesk, "POST", "users/create_or_update", {"user": by_id})
    assert updated.status_code == 200
    by_mail = {"email": "c1@zendesk.example", "external_id": "C-2"}
    adopted = call(zendesk, "POST", "users/create_or_update", {"user": by_mail}).json()["user"]
    assert adopted["id"] == created.json()["user"]["id"] == updated.json()["user"]["id"]
    assert (adopted["external_id"], adopted["notes"]) == ("C-2", "again")


def test_many_are_updated_by_a_job(zendesk: SandboxProcess) -> None:
    users = [
        {"id": 9, "external_id": "J-9"},
        {"id": 777, "notes": "x"},
        {"id": 10, "email": "user2@zendesk.example"},
    ]
    seen, results = wait_for(zendesk, call(zendesk, "PUT", "users/update_many", {"users": users}))
    assert seen == ["queued", "working", "completed"]
    assert results[0] == {"index": 0, "external_id": "J-9", "id": 9, "status": "Updated"}
    assert [row["index"] for row in results] == [0, 1, 2]
    assert (results[1]["id"], results[1]["status"]) == (777, "Failed")
    assert (results[1]["error"], results[1]["details"]) == ("UserUpdateError", "Not found")
    assert "already being used" in results[2]["details"]
    assert call(zendesk, "GET", "users/9").json()["user"]["external_id"] == "J-9"
    assert call(zendesk, "GET", "job_statuses/unknown").status_code == 404
    too_many = {"users": [{"id": number} for number in range(101)]}
    assert call(zendesk, "PUT", "users/update_many", too_many).status_code == 400


def test_many_are_created_or_updated_by_a_job(zendesk: SandboxProcess) -> None:
    zendesk.set("zendesk", job_seconds=0.5)
    users = [
        {"name": "One", "external_id": "K-1"},
        {"email": "user11@zendesk.example", "external_id": "K-2"},
        {"external_id": "K-3"},
    ]
    answer = call(zendesk, "POST", "users/create_or_update_many", {"users": users})
    params = {"external_ids": "K-1,K-2,K-3"}
    assert call(zendesk, "GET", "users/show_many", params=params).json()["count"] == 0
    _, results = wait_for(zendesk, answer)
    assert [row["status"] for row in results] == ["Created", "Updated", "Failed"]
    assert (results[1]["id"], results[2]["error"]) == (11, "UserCreateError")
    assert call(zendesk, "GET", "users/show_many", params=params).json()["count"] == 2


def test_users_are_deleted_and_merged_softly(zendesk: SandboxProcess) -> None:
    gone = make(zendesk, email="gone@zendesk.example")
    assert call(zendesk, "DELETE", f"users/{gone}").json()["user"]["active"] is False
    assert make(zendesk, email="gone@zendesk.example") != gone
    answer = call(zendesk, "PUT", "users/3/merge", {"user": {"id": 4}})
    assert answer.json()["user"]["id"] == 4
    assert call(zendesk, "GET", "users/3").json()["user"]["active"] is False
    assert call(zendesk, "GET", "tickets/3").json()["ticket"]["requester_id"] == 4
    assert call(zendesk, "PUT", "users/4/merge", {"user": {"id": 4}}).status_code == 422
    assert zendesk.records("zendesk", "users")[3]["deleted"] is True


def test_a_safe_update_needs_the_latest_stamp(zendesk: SandboxProcess) -> None:
    stamp = call(zendesk, "GET", "tickets/2").json()["ticket"]["updated_at"]
    safely = {"safe_update": True, "updated_stamp": stamp}
    field = {"id": 360000000001, "value": "g-2"}
    given = {"ticket": {**safely, "custom_fields": [field, {"id": 5, "value": "x"}]}}
    written = call(zendesk, "PUT", "tickets/2", given).json()["ticket"]
    assert field in written["custom_fields"]
    assert 5 not in ids(written["custom_fields"])
    stale = call(zendesk, "PUT", "tickets/2", {"ticket": {**safely, "status": "solved"}})
    assert (stale.status_code, stale.json()["error"]) == (409, "UpdateConflict")
    unsafe = call(zendesk, "PUT", "tickets/2", {"ticket": {"status": "solved"}}).json()
    assert unsafe["ticket"]["status"] == "solved"
    for number, status in ((2, "nonsense"), (4, "open")):
        answer = call(zendesk, "PUT", f"tickets/{number}", {"ticket": {"status": status}})
        assert (answer.status_code, "status" in answer.json()["details"]) == (422, True)
    comment = {"ticket": {"comment": {"body": "Done", "public": False}}}
    call(zendesk, "PUT", "tickets/2", comment)
    listed = call(zendesk, "GET", "tickets/2/comments").json()["comments"]
    assert [(row["body"], row["public"]) for row in listed] == [("Done", False)]


def test_pages_lie_when_they_are_told_to(zendesk: SandboxProcess) -> None:
    first = call(zendesk, "GET", "users", params={"page[size]": 4}).json()
    after = {"page[size]": 4, "page[after]": first["meta"]["after_cursor"]}
    second = ids(call(zendesk, "GET", "users", params=after).json()["users"])
    zendesk.fail("zendesk", "duplicate_page", count=2)
    rows = call(zendesk, "GET", "users", params=after).json()["users"]
    assert ids(rows) == ids(first["users"]) + second
    exported = ids(export(zendesk, per_page=4)["users"])
    assert exported == exported[:4] * 2
    zendesk.fail("zendesk", "out_of_order_page", count=1)
    assert ids(export(zendesk, per_page=4)["users"]) == exported[2:4] + exported[:2]
    end = export(zendesk)["after_cursor"]
    zendesk.fail("zendesk", "loop_page")
    looped = export(zendesk, cursor=end)
    assert (looped["end_of_stream"], looped["after_cursor"]) == (False, end)
    paged = call(zendesk, "GET", "users", params=after).json()
    assert ids(paged["users"]) == ids(first["users"])
    assert paged["meta"] == {
        **paged["meta"],
        "has_more": True,
        "after_cursor": after["page[after]"],
    }
    answer = call(zendesk, "PUT", "users/update_many", {"users": [{"id": 12, "notes": "x"}]})
    assert wait_for(zendesk, answer)[1][0]["status"] == "Updated"


def test_the_cursor_after_the_end_goes_on_with_the_next_day(zendesk: SandboxProcess) -> None:
    ends = {entity: export(zendesk, entity)["after_cursor"] for entity in ("users", "tickets")}
    call(zendesk, "PUT", "users/1", {"user": {"external_id": "g-1"}})
    zendesk.advance(2)
    users = {row["id"]: row for row in export(zendesk, cursor=ends["users"])["users"]}
    assert (users[1]["notes"], users[1]["external_id"]) == ("moved", "g-1")
    tickets = {t["id"]: t for t in export(zendesk, "tickets", cursor=ends["tickets"])["tickets"]}
    # Nothing of it changed: the system touched it, and it comes a second time.
    assert tickets[1]["updated_at"] == "2026-11-16T02:00:01Z"
    assert call(zendesk, "GET", "users/1").headers["Date"].startswith("Tue, 17 Nov 2026 16:")
