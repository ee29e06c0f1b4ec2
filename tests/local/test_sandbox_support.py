"""The support sandbox behaves as Request Tracker's REST 2.0 does, quirks included."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from local.sandbox.process import SandboxProcess


def call(
    sandbox: SandboxProcess, method: str, path: str, body: Any = None, **options: Any
) -> requests.Response:
    secrets = sandbox.secrets["support"]
    options.setdefault("auth", (secrets["user"], secrets["password"]))
    url = sandbox.url("support", "/REST/2.0/" + path)
    return requests.request(method, url, json=body, timeout=10, **options)


def search(sandbox: SandboxProcess, query: str, **params: Any) -> dict[str, Any]:
    answer = call(sandbox, "GET", "tickets", params={"query": query, **params})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_a_wrong_password_is_refused(sandbox: SandboxProcess) -> None:
    answer = call(sandbox, "GET", "tickets", auth=("hub", "wrong"))
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_tickets_are_found_by_last_updated_and_bare_by_default(sandbox: SandboxProcess) -> None:
    query = "LastUpdated >= '2026-11-16 04:00:02' AND LastUpdated < '2026-11-16 04:00:05'"
    page = search(sandbox, query, orderby="LastUpdated", order="DESC")
    assert ids(page) == ["4", "2"]
    assert page["items"][0].keys() == {"id", "type", "_url"}
    fields = "Subject,CustomFields,Requestor,LastUpdated,Nonsense"
    item = search(sandbox, query, fields=fields)["items"][0]
    assert item["Subject"] == "Question 2"
    assert item["Requestor"][0]["id"] == "user2@desk.example"
    held = {field["name"]: field["values"] for field in item["CustomFields"]}
    assert held == {"Satisfaction": ["5"], "HubId": []}
    assert "Nonsense" not in item


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("id = 1", ["1"]),
        ("Status = 'resolved'", ["2", "4"]),
        ("(id = 1 OR id = 2) AND Status != 'open'", ["2"]),
        ("Requestor.EmailAddress = 'user4@desk.example'", ["4"]),
        ("'CF.{Satisfaction}' = '5' AND id < 3", ["1", "2"]),
        ("CF.{Satisfaction} = '5' AND id < 2", ["1"]),
        ("Subject LIKE 'Question' AND Queue = 'Support' AND id > 3 AND id <= 4", ["4"]),
        ("Status = 'deleted'", ["6"]),
    ],
)
def test_ticket_sql(sandbox: SandboxProcess, query: str, expected: list[str]) -> None:
    assert ids(search(sandbox, query)) == expected


@pytest.mark.parametrize(
    "query",
    ["LastUpdated >", "Nonsense = 1", "id = 1 id = 2", "(id = 1", "LastUpdated > 'soon'", "id & 1"],
)
def test_a_bad_query_is_refused(sandbox: SandboxProcess, query: str) -> None:
    answer = call(sandbox, "GET", "tickets", params={"query": query})
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_the_envelope_pages_and_cuts_at_100(sandbox: SandboxProcess) -> None:
    page = call(sandbox, "POST", "users", [], params={"per_page": 10}).json()
    seen = ids(page)
    while "next_page" in page:
        page = call(sandbox, "POST", page["next_page"].split("/REST/2.0/")[1], []).json()
        assert page["page"] <= page["pages"]
        seen += ids(page)
    assert len(seen) == len(set(seen)) == page["total"]
    assert call(sandbox, "POST", "users", [], params={"per_page": 500}).json()["per_page"] == 100


def test_users_are_filtered_by_post_and_not_by_get(sandbox: SandboxProcess) -> None:
    condition = [{"field": "LastUpdated", "operator": ">", "value": "2030-01-01 00:00:00"}]
    assert call(sandbox, "POST", "users", condition).json()["total"] == 0
    query = {"query": "LastUpdated > '2030-01-01'"}
    assert call(sandbox, "GET", "users", params=query).json()["total"] > 0


def test_two_conditions_on_one_field_mean_either(sandbox: SandboxProcess) -> None:
    after = {"field": "LastUpdated", "operator": ">", "value": "2026-11-16 03:00:10"}
    before = {"field": "LastUpdated", "operator": "<=", "value": "2026-11-16 03:00:12"}
    assert call(sandbox, "POST", "users", [after, before]).json()["total"] > 20
    both = [after, {**before, "entry_aggregator": "AND"}]
    found = call(sandbox, "POST", "users", both, params={"fields": "id"}).json()
    assert [item["id"] for item in found["items"]] == [11, 12]


def test_a_condition_on_an_unknown_field_filters_nothing(sandbox: SandboxProcess) -> None:
    everyone = call(sandbox, "POST", "users", []).json()["total"]
    unknown = [{"field": "Nonsense", "value": "x"}]
    assert call(sandbox, "POST", "users", unknown).json()["total"] == everyone


def test_a_user_of_a_list_is_named_by_login(sandbox: SandboxProcess) -> None:
    condition = [{"field": "EmailAddress", "value": "user7@desk.example"}]
    item = call(sandbox, "POST", "users", condition).json()["items"][0]
    assert item["id"] == "user7@desk.example"
    assert call(sandbox, "GET", f"user/{item['id']}").json()["id"] == 7
    found = [{"field": "CustomField.{CustomerNo}", "value": "C7"}]
    assert ids(call(sandbox, "POST", "users", found).json()) == ["user7@desk.example"]


def test_a_disabled_user_is_hidden_unless_asked_for(sandbox: SandboxProcess) -> None:
    condition = [{"field": "id", "value": 2}]
    assert call(sandbox, "POST", "users", condition).json()["total"] == 0
    shown = call(sandbox, "POST", "users?find_disabled_rows=1", condition, params={"fields": "id"})
    assert [item["id"] for item in shown.json()["items"]] == [2]
    assert call(sandbox, "GET", "user/2").json()["Disabled"] == 1


def test_the_etag_guards_a_write(sandbox: SandboxProcess) -> None:
    tag = call(sandbox, "GET", "ticket/1").headers["ETag"]
    write = {"CustomFields": {"HubId": "g-1"}}
    done = call(sandbox, "PUT", "ticket/1", write, headers={"If-Match": tag})
    assert done.json() == ["HubId g-1 added"]
    stale = call(sandbox, "PUT", "ticket/1", {"Subject": "x"}, headers={"If-Match": tag})
    assert stale.status_code == 412
    assert call(sandbox, "GET", "ticket/1").json()["Subject"] == "Question 1"
    again = call(sandbox, "PUT", "ticket/1", {"CustomFields": {"HubId": "g-2"}})
    assert again.json() == ["HubId g-1 changed to g-2"]
    assert ids(search(sandbox, "'CF.{HubId}' = 'g-2'")) == ["1"]


@pytest.mark.parametrize("body", [{"Bogus": "x"}, {"CustomFields": {"Bogus": "x"}}, {}])
def test_an_unknown_field_is_accepted_and_nothing_is_done(
    sandbox: SandboxProcess, body: dict[str, Any]
) -> None:
    before = call(sandbox, "GET", "ticket/2")
    answer = call(sandbox, "PUT", "ticket/2", body)
    assert (answer.status_code, answer.json()) == (200, [])
    assert call(sandbox, "GET", "ticket/2").headers["ETag"] == before.headers["ETag"]


def test_a_user_is_changed_by_id_or_name(sandbox: SandboxProcess) -> None:
    before = call(sandbox, "GET", "user/9").json()
    done = call(sandbox, "PUT", "user/user9@desk.example", {"RealName": "Nine"}).json()
    assert done == ["User user9@desk.example: RealName changed from 'User 9' to 'Nine'"]
    after = call(sandbox, "GET", "user/9").json()
    assert after["LastUpdated"] > before["LastUpdated"]
    assert after["LastUpdated"].startswith("2026-11-18T16:")
    taken = call(sandbox, "PUT", "user/9", {"EmailAddress": "user8@desk.example"})
    assert (taken.status_code, taken.json()) == (200, ["Email address in use"])


def test_history_and_transactions(sandbox: SandboxProcess) -> None:
    page = call(sandbox, "GET", "ticket/4/history", params={"fields": "Type,Created"}).json()
    assert page["items"] == []
    call(sandbox, "PUT", "ticket/4", {"Status": "stalled"})
    page = call(sandbox, "GET", "ticket/4/history", params={"fields": "Type,OldValue"}).json()
    assert [(item["Type"], item["OldValue"]) for item in page["items"]] == [("Status", "resolved")]
    whole = call(sandbox, "GET", f"transaction/{page['items'][0]['id']}").json()
    assert (whole["Field"], whole["NewValue"]) == ("Status", "stalled")
    old = call(sandbox, "GET", "ticket/1/history", params={"fields": "Type"}).json()
    assert [item["Type"] for item in old["items"]][:2] == ["Create", "Correspond"]
    assert call(sandbox, "GET", "ticket/99999/history").status_code == 404


def test_a_user_is_created_once(sandbox: SandboxProcess) -> None:
    given = {"Name": "new@desk.example", "EmailAddress": "new@desk.example", "RealName": "New"}
    given["CustomFields"] = {"HubId": "g-9"}  # type: ignore[assignment]
    made = call(sandbox, "POST", "user", given)
    assert (made.status_code, made.json()["id"]) == (201, "new@desk.example")
    again = call(sandbox, "POST", "user", given)
    assert (again.status_code, again.json()["message"]) == (400, "Name in use")
    whole = call(sandbox, "GET", "user/new@desk.example").json()
    held = {field["name"]: field["values"] for field in whole["CustomFields"]}
    assert held["HubId"] == ["g-9"]
    assert call(sandbox, "POST", "user", {"RealName": "Nameless"}).status_code == 400


def test_a_ticket_is_created_and_answered(sandbox: SandboxProcess) -> None:
    given = {
        "Queue": "Support",
        "Subject": "Hello",
        "Requestor": "caller@desk.example",
        "Content": "Text",
        "ContentType": "text/plain",
        "CustomFields": {"HubId": "g-5"},
    }
    made = call(sandbox, "POST", "ticket", given)
    assert made.status_code == 201
    path = f"ticket/{made.json()['id']}"
    caller = call(sandbox, "GET", "user/caller@desk.example").json()
    assert caller["EmailAddress"] == "caller@desk.example"
    reply = {"Content": "Answer", "ContentType": "text/plain"}
    answered = call(sandbox, "POST", path + "/correspond", reply)
    assert (answered.status_code, answered.json()) == (201, ["Correspondence added"])
    noted = call(sandbox, "POST", path + "/comment", reply)
    assert (noted.status_code, noted.json()) == (201, ["Comments added"])
    history = call(sandbox, "GET", path + "/history", params={"fields": "Type,Content"}).json()
    shown = [(item["Type"], item["Content"]) for item in history["items"]]
    assert shown == [("Create", "Text"), ("Correspond", "Answer"), ("Comment", "Answer")]
    assert call(sandbox, "POST", "ticket", {"Subject": "No queue"}).status_code == 400
