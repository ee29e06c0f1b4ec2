"""The HubSpot sandbox behaves as HubSpot's CRM v3 does, quirks included."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from local.sandbox.process import SandboxProcess
from tests.local.hubspot_account import CREATED, SEARCH, USUAL, call, ids, make, where


def refresh(sandbox: SandboxProcess, **changed: str) -> requests.Response:
    held = {**sandbox.secrets["hubspot"], "grant_type": "refresh_token", **changed}
    return requests.post(sandbox.url("hubspot", "/oauth/v1/token"), data=held, timeout=10)


def test_a_token_is_demanded(hubspot: SandboxProcess) -> None:
    answer = call(hubspot, "GET", "contacts", token="wrong")
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer.json()["status"] == "error"
    assert answer.json()["correlationId"]


def test_an_issued_token_serves_until_it_ends_in_the_middle(hubspot: SandboxProcess) -> None:
    issued = refresh(hubspot).json()
    assert (issued["token_type"], issued["expires_in"]) == ("bearer", 1800)
    assert issued["refresh_token"] == hubspot.secrets["hubspot"]["refresh_token"]
    token = issued["access_token"]
    assert call(hubspot, "GET", "contacts", token=token).status_code == 200
    hubspot.set("hubspot", access_token_seconds=0)
    ended = call(hubspot, "GET", "contacts", token=token)
    assert (ended.status_code, ended.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert call(hubspot, "GET", "contacts").status_code == 200
    hubspot.set("hubspot", access_token_seconds=60)
    again = refresh(hubspot).json()
    assert again["expires_in"] == 60
    assert call(hubspot, "GET", "contacts", token=again["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ("refresh_token", "BAD_REFRESH_TOKEN"),
        ("client_id", "BAD_CLIENT_ID"),
        ("client_secret", "BAD_CLIENT_SECRET"),
        ("grant_type", "BAD_GRANT_TYPE"),
    ],
)
def test_a_wrong_refresh_is_refused(hubspot: SandboxProcess, wrong: str, status: str) -> None:
    answer = refresh(hubspot, **{wrong: "nonsense"})
    assert (answer.status_code, answer.json()["status"]) == (400, status)


def test_the_list_goes_by_id_and_shows_what_was_asked_for(hubspot: SandboxProcess) -> None:
    params: dict[str, Any] = {"limit": 7, "properties": "email,hub_id,nope"}
    first = call(hubspot, "GET", "contacts", params=params)
    assert ids(first) == [str(number) for number in range(1, 8)]
    row = first.json()["results"][0]
    assert row["properties"] == {
        "createdate": CREATED,
        "email": "contact1@hubspot.example",
        "hs_object_id": "1",
        "hub_id": None,
        "lastmodifieddate": "2026-11-16T01:00:00.250Z",
    }
    assert (row["updatedAt"], row["archived"]) == ("2026-11-16T01:00:00.250Z", False)
    following = first.json()["paging"]["next"]
    second = call(hubspot, "GET", "contacts", params={**params, "after": following["after"]})
    token = hubspot.secrets["hubspot"]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(following["link"], headers=headers, timeout=5).json() == second.json()
    assert ids(second)[0] == "8"
    assert call(hubspot, "GET", "contacts", params={"limit": 101}).status_code == 400


def test_archived_objects_are_asked_for_by_name(hubspot: SandboxProcess) -> None:
    gone = make(hubspot, email="gone@hubspot.example")
    assert call(hubspot, "DELETE", f"contacts/{gone}").status_code == 204
    missing = call(hubspot, "GET", f"contacts/{gone}")
    assert (missing.status_code, missing.json()["category"]) == (404, "OBJECT_NOT_FOUND")
    shown = call(hubspot, "GET", f"contacts/{gone}", params={"archived": "true"}).json()
    assert shown["archived"] is True
    assert shown["archivedAt"].startswith("2026-11-16T16:")
    listed = call(hubspot, "GET", "contacts", params={"archived": "true", "limit": 100})
    assert {"20", gone} <= set(ids(listed))
    hubspot.set("hubspot", search_lag_seconds=0)
    found = call(hubspot, "POST", SEARCH, where("email", "EQ", value="gone@hubspot.example"))
    assert found.json()["total"] == 0
    assert gone not in ids(call(hubspot, "GET", "contacts", params={"limit": 100}))


def test_an_object_is_found_by_a_unique_property_only(hubspot: SandboxProcess) -> None:
    path = "contacts/contact5@hubspot.example"
    assert call(hubspot, "GET", path, params={"idProperty": "email"}).json()["id"] == "5"
    assert (
        call(hubspot, "GET", "contacts/Li", params={"idProperty": "firstname"}).status_code == 400
    )
    assert call(hubspot, "GET", "deals/1").status_code == 400


def test_an_empty_text_clears(hubspot: SandboxProcess) -> None:
    made = make(hubspot, email="clear@hubspot.example", jobtitle="Buyer")
    path, params = f"contacts/{made}", {"properties": "jobtitle,phone"}
    call(hubspot, "PATCH", path, {"properties": {"jobtitle": ""}})
    shown = call(hubspot, "GET", path, params=params).json()["properties"]
    assert (shown["jobtitle"], shown["phone"]) == ("", None)
    hubspot.set("hubspot", search_lag_seconds=0)
    given = where("email", "EQ", value="clear@hubspot.example")
    given["filterGroups"][0]["filters"].append(
        {"propertyName": "jobtitle", "operator": "NOT_HAS_PROPERTY"}
    )
    found = call(hubspot, "POST", SEARCH, {**given, "properties": ["jobtitle"]}).json()
    assert found["results"][0]["properties"]["jobtitle"] is None


def test_values_are_text_and_only_changes_move_the_time(hubspot: SandboxProcess) -> None:
    made = make(hubspot, email="Text@HubSpot.example", phone="1")
    path = f"contacts/{made}"
    first = call(hubspot, "PATCH", path, {"properties": {"phone": 123, "city": True}}).json()
    assert first["properties"]["phone"] == "123"
    assert first["properties"]["city"] == "true"
    assert call(hubspot, "GET", path).json()["properties"]["email"] == "text@hubspot.example"
    second = call(hubspot, "PATCH", path, {"properties": {"phone": "123"}}).json()
    assert second["updatedAt"] == first["updatedAt"]
    assert first["updatedAt"].startswith("2026-11-16T16:")


@pytest.mark.parametrize(
    ("properties", "word"),
    [
        ({"nope": "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"createdate": "1"}, "READ_ONLY_VALUE"),
        ({"email": "nonsense"}, "INVALID_EMAIL"),
        ({"lifecyclestage": "Kunde"}, "INVALID_OPTION"),
        ({"city": {"a": 1}}, "string"),
        ("text", "object"),
    ],
)
def test_what_cannot_be_written_is_refused(
    hubspot: SandboxProcess, properties: Any, word: str
) -> None:
    for method, path in (("POST", "contacts"), ("PATCH", "contacts/1")):
        answer = call(hubspot, method, path, {"properties": properties})
        assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
        assert word in answer.json()["message"]


def test_a_known_mail_is_a_conflict_that_names_its_holder(hubspot: SandboxProcess) -> None:
    given = {"properties": {"email": "Contact2@hubspot.example"}}
    answer = call(hubspot, "POST", "contacts", given)
    assert (answer.status_code, answer.json()["category"]) == (409, "CONFLICT")
    assert answer.json()["message"] == "Contact already exists. Existing ID: 2"
    make(hubspot, "companies", name="A", hub_id="taken")
    other = make(hubspot, "companies", name="B")
    taken = call(hubspot, "PATCH", f"companies/{other}", {"properties": {"hub_id": "taken"}})
    assert taken.status_code == 400
    assert "already has that value" in taken.json()["message"]


def test_an_id_merged_away_leads_to_the_winner(hubspot: SandboxProcess) -> None:
    winner = make(hubspot, "companies", name="Winner", phone="1")
    loser = make(hubspot, "companies", name="Loser", city="Beijing")
    given = {"primaryObjectId": winner, "objectIdToMerge": loser}
    merged = call(hubspot, "POST", "companies/merge", given).json()
    assert (merged["id"], merged["properties"]["hs_merged_object_ids"]) == (winner, loser)
    params = {"properties": "name,city"}
    shown = call(hubspot, "GET", f"companies/{loser}", params=params).json()
    assert (shown["id"], shown["properties"]["city"]) == (winner, "Beijing")
    assert shown["properties"]["name"] == "Winner"
    both = {"inputs": [{"id": loser}, {"id": winner}]}
    assert ids(call(hubspot, "POST", "companies/batch/read", both)) == [winner]
    archived = call(hubspot, "GET", "companies", params={"archived": "true", "limit": 100})
    assert loser not in ids(archived)
    assert hubspot.records("hubspot", "companies")[int(loser)]["deleted"] is True
    again = {"primaryObjectId": winner, "objectIdToMerge": loser}
    assert call(hubspot, "POST", "companies/merge", again).status_code == 400


def test_rates_are_told_and_kept(hubspot: SandboxProcess) -> None:
    answer = call(hubspot, "GET", "contacts")
    assert answer.headers["X-HubSpot-RateLimit-Max"] == "190"
    assert answer.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    hubspot.set("hubspot", burst_limit=2, search_limit=1)
    answers = [call(hubspot, "GET", "contacts") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    left = [answer.headers.get("X-HubSpot-RateLimit-Remaining") for answer in answers[:2]]
    assert left == ["1", "0"]
    assert answers[2].json()["errorType"] == "RATE_LIMIT"
    searches = [call(hubspot, "POST", SEARCH, {}) for _ in range(2)]
    assert [answer.status_code for answer in searches] == [200, 429]
    assert searches[1].json()["message"] == "You have reached your secondly limit."
    assert searches[1].json()["policyName"] == "SECONDLY"


def test_pages_lie_when_they_are_told_to(hubspot: SandboxProcess) -> None:
    page: dict[str, Any] = {"limit": 5}
    first, second = ["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"]
    hubspot.fail("hubspot", "duplicate_page", count=1)
    assert ids(call(hubspot, "GET", "contacts", params={**page, "after": "5"})) == first + second
    hubspot.fail("hubspot", "out_of_order_page", count=1)
    assert ids(call(hubspot, "GET", "contacts", params=page)) == ["3", "4", "5", "1", "2"]
    hubspot.fail("hubspot", "loop_page")
    listed = call(hubspot, "GET", "contacts", params={**page, "after": "100"})
    assert ids(listed) == first
    assert listed.json()["paging"]["next"]["after"] == "100"
    by_id = {"limit": 5, "sorts": ["hs_object_id"]}
    found = call(hubspot, "POST", SEARCH, {**by_id, "after": "500"})
    assert ids(found) == first
    assert (found.json()["total"], found.json()["paging"]["next"]["after"]) == (1_000_000, "500")
    written = {"inputs": [{"id": "1", "properties": {"city": "Beijing"}}]}
    assert ids(call(hubspot, "POST", "contacts/batch/update", written)) == ["1"]


def test_settings_are_shown_and_refused(hubspot: SandboxProcess) -> None:
    shown = hubspot.control("GET", "/settings").json()
    assert shown["hubspot"] == USUAL
    for wrong in (
        {"channel": "crm", "x": 1},
        {"channel": "hubspot", "nope": 1},
        {"channel": "hubspot", "search_lag_seconds": -1},
        {"channel": "hubspot", "search_lag_seconds": None},
        [],
    ):
        answer = hubspot.control("POST", "/settings", wrong)
        assert (answer.status_code, bool(answer.json()["error"])) == (422, True)
    assert hubspot.control("GET", "/settings").json() == shown


def test_the_worlds_update_keeps_what_the_hub_wrote(hubspot: SandboxProcess) -> None:
    call(hubspot, "PATCH", "contacts/19", {"properties": {"hub_id": "g-19"}})
    hubspot.advance(2)
    found = call(hubspot, "POST", SEARCH, where("hub_id", "EQ", value="g-19")).json()
    assert found["results"][0]["properties"]["firstname"] == "Wang"
    shown = call(hubspot, "GET", "contacts/19", params={"properties": "hub_id"}).json()
    assert shown["properties"]["hub_id"] == "g-19"
    assert shown["updatedAt"] == "2026-11-17T01:00:00.250Z"
