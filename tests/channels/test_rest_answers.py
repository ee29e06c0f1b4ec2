"""The driver's hidden faults, budgets and batches, each against a server that has them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelRefusedError,
    ChannelUnavailableError,
    WriteUncertainError,
)
from tests.channels.rest_lab import (
    WRITE,
    Asked,
    Said,
    describe,
    make_rows,
    open_lab,
    read_ids,
    run_lab,
)

ROWS = make_rows(3)


def show_rows(asked: Asked) -> Said:
    return Said({"rows": ROWS})


ERRORS = [
    {"path": "errcode", "is": ["45009"], "means": "throttled", "code": "errcode"},
    {"path": "errcode", "is": ["40014"], "means": "access", "code": "errcode"},
    {"path": "errcode", "is": ["40001"], "means": "quota"},
    {"path": "errcode", "is": ["60111"], "means": "missing"},
    {"path": "errcode", "is_not": ["0"], "means": "refused", "code": "errcode"},
    {"path": "success", "is": ["false"], "means": "transient"},
]


@pytest.mark.parametrize(
    ("body", "error", "asked"),
    [
        ({"errcode": 45009}, ChannelUnavailableError, 4),
        ({"errcode": 40014}, ChannelAccessError, 1),
        ({"errcode": 40001}, ChannelUnavailableError, 1),
        ({"errcode": 77, "rows": []}, ChannelRefusedError, 1),
        ({"success": False}, ChannelUnavailableError, 4),
    ],
)
def test_an_error_inside_a_200_is_one(
    body: dict[str, Any], error: type[Exception], asked: int
) -> None:
    with run_lab(lambda _: Said(body)) as lab:
        with pytest.raises(error):
            read_ids(open_lab(lab, {**describe(), "errors": ERRORS}))
        assert len(lab.asked) == asked


def test_a_passing_error_inside_a_200_costs_a_retry() -> None:
    answers = [Said({"errcode": 45009}, headers={"Retry-After": "0"}), Said({"rows": ROWS})]
    with run_lab(lambda _: answers.pop(0)) as lab:
        ids = read_ids(open_lab(lab, {**describe(), "errors": ERRORS}))
    assert ids == ["1", "2", "3"]


def test_a_record_that_is_missing_inside_a_200_is_missing() -> None:
    with run_lab(lambda _: Said({"errcode": 60111})) as lab:
        channel = open_lab(lab, {**describe(), "errors": ERRORS})
        assert channel.read_one("customer", "9") is None


@pytest.mark.parametrize(
    ("rule", "headers"),
    [
        ({"remaining": "X-Left", "seconds": 0.5}, {"X-Left": "0"}),
        ({"remaining": "X-Left", "reset": "X-Reset"}, {"X-Left": "0", "X-Reset": "1"}),
        (
            {"remaining": "X-Left", "reset": "X-Reset", "reset_is": "moment"},
            {"X-Left": "0", "X-Reset": "1795017601"},  # a second after the lab's clock
        ),
    ],
)
def test_a_budget_that_is_used_up_is_waited_for(
    rule: dict[str, Any], headers: dict[str, str]
) -> None:
    answers = [Said({"rows": ROWS}, headers=headers), Said({"rows": ROWS}, headers={"X-Left": "9"})]
    with run_lab(lambda _: answers.pop(0)) as lab:
        channel = open_lab(lab, {**describe(), "rate_headers": rule})
        read_ids(channel)
        at = time.monotonic()
        read_ids(channel)
    assert 0.4 < time.monotonic() - at < 2


def test_a_kind_of_request_with_a_budget_of_its_own_keeps_to_it() -> None:
    described = {**describe(), "rates": {"slow": {"requests": 4, "seconds": 1}}}
    described["entities"]["customer"]["listing"]["request"]["rate"] = "slow"
    with run_lab(show_rows) as lab:
        channel = open_lab(lab, described, requests_per_second="")
        at = time.monotonic()
        for _ in range(4):
            read_ids(channel)
    assert time.monotonic() - at > 0.7


BATCH = {
    "request": {"method": "POST", "path": "/batch", "body": {"items": "{items}"}},
    "results": "done",
    "result_error": "error",
    "errors": "failed",
    "error_ids": "ids",
    "error_code": "code",
    "missing_codes": ["GONE"],
}


def test_each_item_of_a_batch_has_its_own_result() -> None:
    def answer(asked: Asked) -> Said:
        assert asked.json == {"items": [{"id": str(n), "hub": f"h{n}"} for n in range(1, 6)]}
        done = [{"id": "1"}, {"id": 2, "error": "X", "code": "BAD"}]
        failed = [{"ids": ["3"], "code": "GONE"}, {"ids": "4", "code": "someone@shop.example"}]
        return Said({"done": done, "failed": failed}, status=207)

    with run_lab(answer) as lab:
        channel = open_lab(lab, describe(write={**WRITE, "batch": BATCH}))
        items = {str(n): {"hub_id": f"h{n}"} for n in range(1, 6)}
        results = channel.write_many("customer", items)
    assert {key: each.outcome for key, each in results.items()} == {
        "1": "updated", "2": "failed", "3": "missing", "4": "failed",
    }  # fmt: skip
    assert "5" not in results, "nobody knows what became of it"
    assert results["2"].cause == "refused BAD"
    assert results["4"].cause == "refused", "a code that may be a value is not shown"


@pytest.mark.parametrize("state", ["done", "failed"])
def test_a_batch_that_becomes_a_job_is_awaited(state: str) -> None:
    states = ["queued", "working", state]

    def answer(asked: Asked) -> Said:
        job: dict[str, Any] = {"id": "j1", "state": states.pop(0)}
        assert asked.path == ("/batch" if asked.method == "POST" else "/jobs/j1")
        return Said({**job, "done": [{"id": "1"}] if job["state"] == "done" else None})

    poll = {
        "id": "id", "request": {"path": "/jobs/{job}"}, "state": "state", "done": ["done"],
        "failed": ["failed"],
    }  # fmt: skip
    with run_lab(answer) as lab:
        channel = open_lab(lab, describe(write={**WRITE, "batch": {**BATCH, "job": poll}}))
        if state == "failed":
            with pytest.raises(WriteUncertainError):
                channel.write_many("customer", {"1": {"hub_id": "h"}})
            return
        results = channel.write_many("customer", {"1": {"hub_id": "h"}})
    assert results["1"].outcome == "updated"


def test_a_job_that_cannot_be_asked_for_leaves_its_batch_uncertain() -> None:
    def answer(asked: Asked) -> Said:
        if asked.method == "POST":
            return Said({"id": "j1", "state": "queued"})
        return Said({}, status=503)

    poll = {"id": "id", "request": {"path": "/jobs/{job}"}, "state": "state", "done": ["done"]}
    with run_lab(answer) as lab:
        channel = open_lab(lab, describe(write={**WRITE, "batch": {**BATCH, "job": poll}}))
        with pytest.raises(WriteUncertainError):
            channel.write_many("customer", {"1": {"hub_id": "h"}})


CREATE = {
    "request": {"method": "POST", "path": "/rows", "body": "{item}"},
    "id": "id",
    "slots": {"legal_name": "name", "mail": "mail"},
    "fixed": {"kind": "firm"},
    "existing": [
        {
            "by": "mail",
            "listing": {"request": {"path": "/find", "params": {"m": "{value}"}}, "rows": "rows"},
        }
    ],
    "conflict": {"status": [409], "id": "message", "pattern": "Existing ID: (\\d+)"},
}


@pytest.mark.parametrize(
    ("found", "said", "outcome", "source_id"),
    [
        ([], Said({"id": "7"}, status=201), "created", "7"),
        ([{"id": "3", "at": None}], Said({}), "conflict", "3"),
        ([{"id": "3", "at": None}, {"id": "4", "at": None}], Said({}), "conflict", None),
        ([], Said({"message": "There is one. Existing ID: 12"}, status=409), "conflict", "12"),
        ([], Said({"message": "no"}, status=422), "failed", None),
    ],
)
def test_a_create_makes_one_or_names_who_is_there(
    found: list[dict[str, Any]], said: Said, outcome: str, source_id: str | None
) -> None:
    made: dict[str, Any] = {}

    def answer(asked: Asked) -> Said:
        if asked.method == "POST":
            made.update(asked.json)
            return said
        if asked.path == "/find":
            return Said({"rows": found})
        return Said({**made, "id": source_id, "at": None})

    with run_lab(answer) as lab:
        channel = open_lab(lab, describe(write={**WRITE, "create": CREATE}))
        fields = {"hub_id": "h", "legal_name": "New", "mail": "new@shop.example"}
        result = channel.create("customer", fields)
        posts = [each for each in lab.asked if each.method == "POST"]
    assert (result.outcome, result.source_id) == (outcome, source_id)
    assert len(posts) == (0 if found else 1)
    if outcome == "created":
        expected = {"hub": "h", "name": "New", "mail": "new@shop.example", "kind": "firm"}
        assert made == expected


def test_a_record_that_another_answers_for_since_a_merge_is_gone() -> None:
    with run_lab(lambda _: Said({"id": "2", "at": None, "name": "Winner"})) as lab:
        channel = open_lab(lab, describe())
        assert channel.read_one("customer", "1") is None
        assert channel.read_one("customer", "2") is not None


def test_a_deletion_is_proven_by_a_read() -> None:
    gone: set[str] = set()

    def answer(asked: Asked) -> Said:
        source_id = asked.path.rpartition("/")[2]
        if asked.method == "DELETE" and source_id == "1":
            gone.add(source_id)
        if source_id in gone or source_id == "9":
            return Said({}, status=404 if asked.method == "GET" or source_id == "9" else 200)
        return Said({"id": source_id, "at": None})

    delete = {"request": {"method": "DELETE", "path": "/rows/{id}"}}
    with run_lab(answer) as lab:
        channel = open_lab(lab, describe(write={**WRITE, "delete": delete}))
        outcomes = [channel.delete("customer", source_id).outcome for source_id in "129"]
    assert outcomes == ["deleted", "failed", "missing"]


def test_a_write_is_bound_to_the_record_as_it_was_read() -> None:
    held: dict[str, Any] = {"id": "1", "at": None, "hub": None}
    version = [1]

    def answer(asked: Asked) -> Said:
        tag = f'"v{version[0]}"'
        if asked.method == "GET":
            said = Said(dict(held), headers={"ETag": tag})
            if version[0] == 7:
                version[0] += 1  # somebody writes right after we have read
            return said
        if asked.headers.get("If-Match") != tag:
            return Said({}, status=412)
        held.update(asked.json if asked.body else {})
        version[0] += 1
        return Said(dict(held))

    write = {**WRITE, "update": {**WRITE["update"], "if_match": True}}
    delete = {"request": {"method": "DELETE", "path": "/rows/{id}"}}
    with run_lab(answer) as lab:
        channel = open_lab(lab, describe(write={**write, "delete": delete}))
        assert channel.update("customer", "1", {"hub_id": "h"}).outcome == "updated"
        version[0] = 7
        assert channel.update("customer", "1", {"hub_id": "other"}).outcome == "conflict"
        version[0] = 7
        channel.read_one("customer", "1")
        assert channel.delete("customer", "1").outcome == "conflict"
        sent = [each.headers.get("If-Match") for each in lab.asked if each.method != "GET"]
    assert held["hub"] == "h"
    assert sent == ['"v1"', '"v7"', '"v7"']
