"""The HubSpot sandbox's search: filters, limits, no tie-breaker, and a lag."""

from __future__ import annotations

from typing import Any

import pytest

from local.sandbox.process import SandboxProcess
from tests.local.hubspot_account import FIRST_MILLIS, SEARCH, call, ids, make, where


def test_search_compares_moments_in_milliseconds(hubspot: SandboxProcess) -> None:
    given = where("lastmodifieddate", "GT", value=str(FIRST_MILLIS))
    given["filterGroups"][0]["filters"].append(
        {
            "propertyName": "lastmodifieddate",
            "operator": "LT",
            "value": str(FIRST_MILLIS + 3600_000),
        }
    )
    given["sorts"] = [{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}]
    answer = call(hubspot, "POST", SEARCH, given)
    assert ids(answer) == [str(number) for number in range(19, 12, -1)]
    assert answer.json()["total"] == 7
    assert "paging" not in answer.json()
    assert "X-HubSpot-RateLimit-Max" not in answer.headers
    at_least = where("lastmodifieddate", "GTE", value=str(FIRST_MILLIS))
    assert call(hubspot, "POST", SEARCH, at_least).json()["total"] >= 19
    iso = where("lastmodifieddate", "GTE", value="2026-11-16T01:00:00Z")
    assert call(hubspot, "POST", SEARCH, iso).status_code == 400


@pytest.mark.parametrize(
    ("name", "operator", "more", "expected"),
    [
        ("email", "EQ", {"value": "CONTACT3@hubspot.example"}, ["3"]),
        ("hs_object_id", "BETWEEN", {"value": "3", "highValue": "5"}, ["3", "4", "5"]),
        ("hs_object_id", "IN", {"values": ["7", "9"]}, ["7", "9"]),
        ("email", "IN", {"values": ["contact8@hubspot.example"]}, ["8"]),
        ("email", "IN", {"values": ["Contact8@hubspot.example"]}, []),
        ("hs_object_id", "LTE", {"value": "2"}, ["1", "2"]),
        ("jobtitle", "HAS_PROPERTY", {}, []),
    ],
)
def test_search_knows_its_operators(
    hubspot: SandboxProcess, name: str, operator: str, more: dict[str, Any], expected: list[str]
) -> None:
    given = {**where(name, operator, **more), "sorts": ["hs_object_id"]}
    assert ids(call(hubspot, "POST", SEARCH, given)) == expected


def test_filter_groups_are_alternatives(hubspot: SandboxProcess) -> None:
    given = where("hs_object_id", "EQ", value="4")
    given["filterGroups"] += where("hs_object_id", "EQ", value="6")["filterGroups"]
    assert sorted(ids(call(hubspot, "POST", SEARCH, given))) == ["4", "6"]
    assert call(hubspot, "POST", SEARCH, {}).json()["paging"]["next"]["after"] == "10"


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"after": "x"},
        {"filterGroups": [{"filters": []}] * 6},
        {"sorts": ["email", "city"]},
        {"sorts": ["nope"]},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "LIKE"}]}]},
        where("nope", "HAS_PROPERTY"),
        where("lastmodifieddate", "GT", value="9" * 30),
        {"filterGroups": [{"filters": [{}] * 7}]},
        [],
    ],
)
def test_what_is_no_search_is_refused(hubspot: SandboxProcess, body: Any) -> None:
    answer = call(hubspot, "POST", SEARCH, body)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_rows_of_one_moment_come_in_changing_order(hubspot: SandboxProcess) -> None:
    given = where("lastmodifieddate", "EQ", value=str(FIRST_MILLIS))
    given["sorts"] = [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]
    orders = {tuple(ids(call(hubspot, "POST", SEARCH, given))) for _ in range(5)}
    assert len({frozenset(order) for order in orders}) == 1
    assert len(orders) > 1


def test_search_ends_at_ten_thousand_rows(hubspot: SandboxProcess) -> None:
    page = {"limit": 200, "sorts": ["hs_object_id"]}
    last = call(hubspot, "POST", "companies/search", {**page, "after": "9800"})
    assert last.json()["total"] >= 10_050
    assert len(last.json()["results"]) == 200
    following = last.json()["paging"]["next"]["after"]
    assert following == "10000"
    beyond = call(hubspot, "POST", "companies/search", {**page, "after": following})
    assert beyond.status_code == 400


def test_search_learns_of_a_write_late(hubspot: SandboxProcess) -> None:
    made = make(hubspot, email="late@hubspot.example", firstname="First")
    new = where("email", "EQ", value="late@hubspot.example")
    assert call(hubspot, "GET", f"contacts/{made}").status_code == 200
    assert call(hubspot, "POST", SEARCH, new).json()["total"] == 0
    hubspot.set("hubspot", search_lag_seconds=0)
    assert ids(call(hubspot, "POST", SEARCH, new)) == [made]
    hubspot.set("hubspot", search_lag_seconds=10)
    call(hubspot, "PATCH", f"contacts/{made}", {"properties": {"firstname": "Second"}})
    stale = call(hubspot, "POST", SEARCH, new).json()["results"][0]
    assert stale["properties"]["firstname"] == "First"
