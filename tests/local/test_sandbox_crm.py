"""The CRM sandbox behaves as EspoCRM does, quirks included."""

from __future__ import annotations

from typing import Any

import requests

from local.sandbox.process import SandboxProcess


def call(
    sandbox: SandboxProcess, method: str, path: str, body: Any = None, **options: Any
) -> requests.Response:
    headers = {"X-Api-Key": sandbox.secrets["crm"]["api_key"], **options.pop("headers", {})}
    url = sandbox.url("crm", "/api/v1/" + path)
    return requests.request(method, url, json=body, headers=headers, timeout=10, **options)


def modified_since(moment: str, kind: str = "after", **more: Any) -> dict[str, Any]:
    return {
        "where[0][type]": kind,
        "where[0][attribute]": "modifiedAt",
        "where[0][value]": moment,
        "orderBy": "modifiedAt",
        "order": "asc",
        **more,
    }


def test_the_key_is_demanded(sandbox: SandboxProcess) -> None:
    assert call(sandbox, "GET", "Account", headers={"X-Api-Key": "wrong"}).status_code == 401


def test_a_window_is_read_by_bracketed_conditions(sandbox: SandboxProcess) -> None:
    answer = call(sandbox, "GET", "Account", params=modified_since("2026-11-16 01:00:12"))
    page = answer.json()
    moments = [row["modifiedAt"] for row in page["list"]]
    assert page["total"] == len(moments) > 0
    assert moments == sorted(moments)
    assert min(moments) > "2026-11-16 01:00:12"
    at_least = modified_since("2026-11-16 01:00:12", "greaterThanOrEquals")
    assert call(sandbox, "GET", "Account", params=at_least).json()["total"] > page["total"]


def test_a_page_above_200_is_forbidden_with_a_reason(sandbox: SandboxProcess) -> None:
    answer = call(sandbox, "GET", "Account", params={"maxSize": 201})
    assert answer.status_code == 403
    assert "maxSize" in answer.headers["X-Status-Reason"]


def test_an_unknown_attribute_in_where_is_refused(sandbox: SandboxProcess) -> None:
    where = {"where[0][type]": "equals", "where[0][attribute]": "nope", "where[0][value]": "1"}
    assert call(sandbox, "GET", "Account", params=where).status_code == 400


def test_rows_of_one_second_come_in_changing_order(sandbox: SandboxProcess) -> None:
    params = modified_since("2026-11-16 01:00:00", "equals", maxSize=200, select="id")
    orders = {
        tuple(row["id"] for row in call(sandbox, "GET", "Account", params=params).json()["list"])
        for _ in range(5)
    }
    assert len({frozenset(order) for order in orders}) == 1
    assert len(orders) > 1


def test_select_limits_the_fields(sandbox: SandboxProcess) -> None:
    rows = call(sandbox, "GET", "Account", params={"select": "name", "maxSize": 1}).json()["list"]
    assert rows[0].keys() == {"id", "name"}


def test_in_takes_a_list(sandbox: SandboxProcess) -> None:
    where = [("where[0][type]", "in"), ("where[0][attribute]", "cLevel")]
    where += [("where[0][value][]", "VIP"), ("where[0][value][]", "A")]
    levels = {row["cLevel"] for row in call(sandbox, "GET", "Account", params=where).json()["list"]}
    assert levels == {"VIP", "A"}


def test_a_duplicate_is_refused_with_what_it_resembles(sandbox: SandboxProcess) -> None:
    given = {"name": "Duplicate Trading", "emailAddress": "dup@crm.example"}
    first = call(sandbox, "POST", "Account", given)
    assert first.status_code == 200
    second = call(sandbox, "POST", "Account", {**given, "name": "Other name"})
    assert second.status_code == 409
    assert second.headers["X-Status-Reason"] == "duplicate"
    assert [row["id"] for row in second.json()] == [first.json()["id"]]
    forced = call(sandbox, "POST", "Account", given, headers={"X-Skip-Duplicate-Check": "true"})
    assert forced.status_code == 200
    assert forced.json()["id"] != first.json()["id"]


def test_unknown_fields_are_ignored_and_known_ones_kept(sandbox: SandboxProcess) -> None:
    made = call(sandbox, "POST", "Account", {"name": "Hub id holder"}).json()
    path = f"Account/{made['id']}"
    assert call(sandbox, "PUT", path, {"hubId": "g-1"}).status_code == 200
    assert "hubId" not in call(sandbox, "GET", path).json()
    changed = call(sandbox, "PUT", path, {"cHubId": "g-1"})
    assert changed.json()["cHubId"] == "g-1"
    where = {"where[0][type]": "equals", "where[0][attribute]": "cHubId", "where[0][value]": "g-1"}
    found = call(sandbox, "GET", "Account", params=where).json()
    assert [row["id"] for row in found["list"]] == [made["id"]]


def test_writes_carry_the_sandbox_clock(sandbox: SandboxProcess) -> None:
    answer = call(sandbox, "POST", "Account", {"name": "Clocked"})
    assert answer.json()["modifiedAt"].startswith("2026-11-18 16:")
    assert answer.headers["Date"].startswith("Wed, 18 Nov 2026 16:")
    assert len(answer.headers["Date"].split(",")) == 2


def test_a_mail_that_is_none_is_a_validation_failure(sandbox: SandboxProcess) -> None:
    answer = call(sandbox, "POST", "Account", {"name": "X", "emailAddress": "nonsense"})
    assert answer.status_code == 400
    assert answer.json()["messageTranslation"]["data"]["field"] == "emailAddress"


def test_a_deleted_record_vanishes(sandbox: SandboxProcess) -> None:
    made = call(sandbox, "POST", "Contact", {"lastName": "Gone"}).json()
    path = f"Contact/{made['id']}"
    assert call(sandbox, "DELETE", path).json() is True
    missing = call(sandbox, "GET", path)
    assert missing.status_code == 404
    assert missing.headers["X-Status-Reason"]
    rows = call(sandbox, "GET", "Contact", params={"maxSize": 200}).json()["list"]
    assert made["id"] not in {row["id"] for row in rows}


def test_a_contact_gets_its_name_and_account_name(sandbox: SandboxProcess) -> None:
    account = call(sandbox, "POST", "Account", {"name": "Employer"}).json()
    given = {"firstName": "Li", "lastName": "Na", "accountId": account["id"]}
    contact = call(sandbox, "POST", "Contact", given).json()
    assert (contact["name"], contact["accountName"]) == ("Li Na", "Employer")


def test_paging_covers_what_total_says(sandbox: SandboxProcess) -> None:
    seen: set[str] = set()
    total = call(sandbox, "GET", "Account", params={"maxSize": 1}).json()["total"]
    for offset in range(0, total, 10):
        params = {"maxSize": 10, "offset": offset, "orderBy": "id", "order": "asc"}
        seen |= {row["id"] for row in call(sandbox, "GET", "Account", params=params).json()["list"]}
    assert len(seen) == total


def test_a_list_leaves_out_who_took_part_and_a_record_shows_it(sandbox: SandboxProcess) -> None:
    account = call(sandbox, "POST", "Account", {"name": "Caller"}).json()
    contact = call(
        sandbox, "POST", "Contact", {"lastName": "Li", "accountId": account["id"]}
    ).json()
    given = {"name": "Call back", "parentType": "Contact", "parentId": contact["id"],
             "contactsIds": [contact["id"]], "status": "Held", "hubId": "x"}  # fmt: skip
    made = call(sandbox, "POST", "Call", given).json()
    assert (made["accountId"], made["accountName"]) == (account["id"], "Caller")
    where = {"where[0][type]": "equals", "where[0][attribute]": "id", "where[0][value]": made["id"]}
    [listed] = call(sandbox, "GET", "Call", params=where).json()["list"]
    assert "contactsIds" not in listed
    assert call(sandbox, "GET", f"Call/{made['id']}").json()["contactsIds"] == [contact["id"]]
    # Two calls of one name are no duplicates.
    assert call(sandbox, "POST", "Call", given).status_code == 200


def test_mails_are_not_counted_and_their_lists_have_no_body(sandbox: SandboxProcess) -> None:
    for number in range(3):
        given = {"name": f"Mail {number}", "body": "<p>words</p>", "from": "a@crm.example"}
        made = call(sandbox, "POST", "Email", given).json()
    pages = [
        call(sandbox, "GET", "Email", params={"maxSize": 2, "offset": offset}).json()
        for offset in (0, 2, 4)
    ]
    assert [page["total"] for page in pages] == [-1, -2, -2]
    assert [len(page["list"]) for page in pages] == [2, 1, 0]
    assert all({"body", "from"}.isdisjoint(row) for page in pages for row in page["list"])
    assert call(sandbox, "GET", f"Email/{made['id']}").json()["body"] == "<p>words</p>"
