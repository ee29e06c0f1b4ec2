"""The HubSpot sandbox's batches: whole, item by item, or not at all."""

from __future__ import annotations

import pytest

from local.sandbox.process import SandboxProcess
from tests.local.hubspot_account import call, ids, make


def test_a_batch_read_answers_207_with_one_error_for_all_missing(hubspot: SandboxProcess) -> None:
    given = {"inputs": [{"id": "9"}, {"id": "777"}, {"id": "3"}, {"id": "x"}, {"id": "20"}]}
    answer = call(hubspot, "POST", "contacts/batch/read", {**given, "properties": ["firstname"]})
    body = answer.json()
    assert (answer.status_code, body["status"], body["numErrors"]) == (207, "COMPLETE", 1)
    assert ids(answer) == ["3", "9"]
    assert body["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert body["errors"][0]["context"] == {"ids": ["777", "x", "20"]}
    mails = {"idProperty": "email", "inputs": [{"id": "contact4@hubspot.example"}]}
    by_mail = call(hubspot, "POST", "contacts/batch/read", mails)
    assert (by_mail.status_code, ids(by_mail)) == (200, ["4"])


@pytest.mark.parametrize("act", ["read", "create", "update", "upsert", "archive"])
def test_a_batch_holds_a_hundred(hubspot: SandboxProcess, act: str) -> None:
    inputs = [{"id": str(number), "properties": {}} for number in range(5000, 5101)]
    answer = call(hubspot, "POST", f"contacts/batch/{act}", {"inputs": inputs})
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_a_batch_update_fails_item_by_item(hubspot: SandboxProcess) -> None:
    inputs = [
        {"id": "11", "properties": {"hub_level": "A"}},
        {"id": "888", "properties": {"hub_level": "A"}},
        {"id": "12", "properties": {"email": "contact1@hubspot.example"}},
        {
            "id": "contact10@hubspot.example",
            "idProperty": "email",
            "properties": {"hub_level": "B"},
        },
    ]
    answer = call(hubspot, "POST", "contacts/batch/update", {"inputs": inputs})
    assert answer.status_code == 207
    assert ids(answer) == ["10", "11"]
    errors = {error["category"]: error["context"]["ids"] for error in answer.json()["errors"]}
    assert errors == {"OBJECT_NOT_FOUND": ["888"], "CONFLICT": ["12"]}
    whole = call(hubspot, "POST", "contacts/batch/update", {"inputs": [inputs[0]]})
    assert (whole.status_code, "errors" in whole.json()) == (200, False)
    twice = call(hubspot, "POST", "contacts/batch/update", {"inputs": [inputs[0]] * 2})
    assert twice.status_code == 400


def test_an_unknown_property_fails_the_whole_batch(hubspot: SandboxProcess) -> None:
    inputs = [
        {"id": "6", "properties": {"hub_region": "310000"}},
        {"id": "7", "properties": {"nope": "1"}},
    ]
    answer = call(hubspot, "POST", "contacts/batch/update", {"inputs": inputs})
    assert answer.status_code == 400
    assert "PROPERTY_DOESNT_EXIST" in answer.json()["message"]
    params = {"properties": "hub_region"}
    shown = call(hubspot, "GET", "contacts/6", params=params).json()["properties"]
    assert shown["hub_region"] is None


def test_a_batch_upsert_tells_what_is_new(hubspot: SandboxProcess) -> None:
    make(hubspot, "companies", name="Old", hub_id="g-1")
    inputs = [
        {"idProperty": "hub_id", "id": name, "properties": {"hub_level": "A"}}
        for name in ("g-1", "g-2")
    ]
    answer = call(hubspot, "POST", "companies/batch/upsert", {"inputs": inputs})
    assert answer.status_code == 200
    rows = {row["properties"]["hub_id"]: row["new"] for row in answer.json()["results"]}
    assert rows == {"g-1": False, "g-2": True}
    bad = {"inputs": [{"idProperty": "domain", "id": "x.example", "properties": {}}]}
    assert call(hubspot, "POST", "companies/batch/upsert", bad).status_code == 400
    clash = {
        "idProperty": "hub_id",
        "id": "g-3",
        "properties": {"email": "contact1@hubspot.example"},
    }
    refused = call(hubspot, "POST", "contacts/batch/upsert", {"inputs": [clash]})
    assert refused.status_code == 207
    assert refused.json()["errors"][0]["context"] == {"ids": ["g-3"]}


def test_a_batch_create_fails_as_a_whole_unless_it_is_traced(hubspot: SandboxProcess) -> None:
    known = {"properties": {"email": "contact1@hubspot.example"}}
    new = {"properties": {"email": "traced@hubspot.example"}}
    for inputs in ([new, known], [new, new]):
        plain = call(hubspot, "POST", "contacts/batch/create", {"inputs": inputs})
        assert (plain.status_code, plain.json()["category"]) == (409, "CONFLICT")
    marked = [{**known, "objectWriteTraceId": "a"}, {**new, "objectWriteTraceId": "b"}]
    traced = call(hubspot, "POST", "contacts/batch/create", {"inputs": marked})
    assert (traced.status_code, len(traced.json()["results"])) == (207, 1)
    assert traced.json()["errors"][0]["context"] == {"objectWriteTraceId": ["a"]}


def test_a_batch_archive_says_nothing(hubspot: SandboxProcess) -> None:
    gone = make(hubspot, "companies", name="Gone")
    inputs = {"inputs": [{"id": gone}, {"id": "777777"}]}
    answer = call(hubspot, "POST", "companies/batch/archive", inputs)
    assert (answer.status_code, answer.content) == (204, b"")
    assert call(hubspot, "GET", f"companies/{gone}").status_code == 404
