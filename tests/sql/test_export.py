"""Exports: what a role may see and no more, formulas as text, a manifest, and back in as nothing."""

import csv
import hashlib
import json
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customer_hub.bulk import customers
from customer_hub.bulk.access import read_role
from customer_hub.bulk.columns import COLUMNS
from customer_hub.bulk.request import REQUESTS_DIR, check_request, read_request
from customer_hub.bulk.tables import writing_table
from customer_hub.core import clock, db, sql
from customer_hub.core.errors import BadDataError, ConfigurationError, HubError
from customer_hub.match.decisions import decide
from tests.sql.bulk_files import WORD, build, date, hub_command, read_csv, state
from tests.sql.publish_world import execute
from tests.sql.test_import_check import ACCOUNT, OURS, begin, check
from tests.sql.test_rebuild_check import everything
from tests.uploads import upload

ACCOUNT_KEY = f"crm/customer/{ACCOUNT['id']}"
RISKY = {
    "action": "add", "customer_no": "C9", "kind": "企业", "name": "=cmd|'/c calc'!A0有限公司",
    "short_name": "@SUM(1)", "remark": "-1+1", "phone": "0755-26001234", "status": "active",
}  # fmt: skip
WHY = ("--author", "lin", "--purpose", "a test of exports")


def export(out: Path, *options: object, role: str = "steward") -> dict[str, Any]:
    """Export customers; returns the facts of the one file."""
    done = json.loads(hub_command("export", "--out", out, "--role", role, *WHY, *options))
    (file,) = done["files"]
    return {**file, "export_id": done["export_id"]}


def world(folder: Path) -> None:
    begin(folder)
    upload(folder, 14, **RISKY)
    build()


def test_a_role_sees_its_columns_masked_where_it_must(hub: str, tmp_path: Path) -> None:
    world(tmp_path)
    before = everything()
    columns = "golden_id,legal_name,level_code,mobile,mail,address"
    done = export(tmp_path / "out", "--columns", columns, role="sales")
    rows = read_csv(tmp_path / "out" / "customers.csv")
    assert done["rows"] == len(rows) == 3
    assert [row["golden_id"] for row in rows] == sorted(row["golden_id"] for row in rows)
    by_name = {row["legal_name"]: row for row in rows}
    assert by_name["王小明"]["mobile"] == "138****8001"
    company = by_name[ACCOUNT["name"]]
    assert "****" in company["address"]
    text = (tmp_path / "out" / "customers.csv").read_text()
    for whole in ("13800138001", ACCOUNT["emailAddress"], ACCOUNT["billingAddressStreet"]):
        assert whole not in text
    assert everything() | {"hub.audit_log": 0} == before | {"hub.audit_log": 0}
    whole = export(tmp_path / "whole", "--columns", columns)
    shown = {row["legal_name"]: row for row in read_csv(tmp_path / "whole" / "customers.csv")}
    assert shown["王小明"]["mobile"] == "'+8613800138001"
    assert whole["rows"] == 3


def test_what_a_role_may_not_see_is_refused_before_anything_is_read(
    hub: str, tmp_path: Path
) -> None:
    for options, role, told in (
        (("--columns", "remark"), "sales", "may not see at all: remark"),
        ((), "sales", "may not see whole, as the template needs: .*remark"),
        (("--columns", "x"), "steward", "no column x"),
        (("--columns", "kind", "--filter", "legal_name=x"), "steward", "no filter legal_name"),
        (("--columns", "kind", "--as-of", "2999-01-01"), "steward", "lies in the future"),
        (("--columns", "kind"), "nobody", "no role nobody"),
        (
            ("--columns", "kind", "--filter", "currency_code=CNY"),
            "sales",
            "not filter by: currency",
        ),
        (("--columns", "kind", "--from", "2026-11-01"), "steward", "only orders have a period"),
    ):
        with pytest.raises(ConfigurationError, match=told) as caught:
            export(tmp_path / "out", *options, role=role)
        assert role != "sales" or "remark" not in caught.value.hint
    with pytest.raises(ConfigurationError, match="no column legal_nmae; did you mean legal_name"):
        export(tmp_path / "out", "--columns", "legal_nmae")
    with pytest.raises(ConfigurationError, match="purpose is missing"):
        hub_command("export", "--out", tmp_path / "out", "--role", "sales", "--author", "lin")
    with pytest.raises(SystemExit, match="2"):  # it would be silently ignored
        export(tmp_path / "out", "--request", "active_customers")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_the_manifest_says_what_the_file_is(hub: str, tmp_path: Path, form: str) -> None:
    world(tmp_path)
    out = tmp_path / "out"
    done = export(
        out, "--columns", "legal_name,remark", "--filter", "status=active", "--format", form
    )
    manifest = json.loads((out / "manifest.json").read_text())
    (file,) = manifest["files"]
    path = out / file["file"]
    assert file["sha256"] == done["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    facts = {"requester": "lin", "purpose": WHY[-1], "role": "steward", "masked": []}
    facts |= {"entity": "customer", "filters": {"status": "active"}}
    assert file["columns"] == ["legal_name", "remark"]
    assert manifest.items() >= facts.items()
    assert sorted(each.name for each in out.iterdir()) == sorted([path.name, "manifest.json"])
    assert {stat.S_IMODE(each.stat().st_mode) for each in out.iterdir()} == {0o600}
    assert done["rows"] == file["rows"] == len(read_names(path)) > 0
    (entry,) = execute(
        "select actor, subject, reason from hub.audit_log where action = 'export customers'"
    )
    assert tuple(entry) == ("lin", f"export {done['export_id']}", WHY[-1])
    with pytest.raises(HubError, match="there is an export already"):
        export(out, "--columns", "kind", "--format", form)


def test_customers_are_chosen_by_the_channel_that_knows_them(hub: str, tmp_path: Path) -> None:
    world(tmp_path)
    columns = ("--columns", "legal_name,channels")
    for channel, known in (("crm", {"crm;manual"}), ("manual", {"crm;manual", "manual"})):
        export(tmp_path / channel, *columns, "--filter", f"channel={channel}")
        rows = read_csv(tmp_path / channel / "customers.csv")
        assert {row["channels"] for row in rows} == known
        assert len(rows) == {"crm": 1, "manual": 3}[channel]
    assert export(tmp_path / "none", *columns, "--filter", "channel=cr")["rows"] == 0


def test_quality_and_confidence_are_told_and_choose(hub: str, tmp_path: Path) -> None:
    world(tmp_path)
    upload(
        tmp_path, 17, action="add", customer_no="C7", kind="个人", name="王小红", birth_date="n/k"
    )
    build()
    columns = ("--columns", "legal_name,channels,quality,confidence")

    def told(out: str, *options: object) -> dict[str, tuple[str, str]]:
        export(tmp_path / out, *columns, *options)
        rows = read_csv(tmp_path / out / "customers.csv")
        return {row["legal_name"]: (row["quality"], row["confidence"]) for row in rows}

    all_ = told("all")
    ours, risky = ACCOUNT["name"], f"'{RISKY['name']}"
    assert all_[ours][1] == "sure"
    assert all_["王小红"] == ("warned", "sole")
    assert {code for code, _ in all_.values()} == {"clean", "warned"}
    for number, (name, code) in enumerate(
        [
            ("quality", "warned"),
            ("quality", "clean"),
            ("confidence", "sole"),
            ("confidence", "sure"),
        ]
    ):
        place = 0 if name == "quality" else 1
        chosen = told(f"by{number}", "--filter", f"{name}={code}")
        assert chosen == {who: codes for who, codes in all_.items() if codes[place] == code}
        assert chosen
    # As the matcher asks a steward, had there been little to go by.
    doubt = {"keys": [ACCOUNT_KEY, "manual/customer/C1"], "even": 500, "order_limit": 1000}
    with db.begin() as connection:
        sql.run(connection, "match/insert_reviews", margin=10**6, **doubt)
    assert told("likely", "--filter", "confidence=likely") == {ours: (all_[ours][0], "likely")}
    decide("must-link", ACCOUNT_KEY, "manual/customer/C1", "lin", "they told us")
    build()
    assert told("decided")[ours][1] == "sure"
    assert told("none", "--filter", "confidence=likely") == {}
    assert risky in all_


def test_confidence_is_of_now_and_quality_of_any_moment(hub: str, tmp_path: Path) -> None:
    world(tmp_path)
    moment = clock.now().isoformat()
    upload(tmp_path, 17, action="change", customer_no="C5", name="王小明", birth_date="n/k")
    build()
    columns = ("--columns", "legal_name,quality")
    export(tmp_path / "then", *columns, "--as-of", moment)
    export(tmp_path / "now", *columns)
    then, now = ({row["legal_name"]: row["quality"] for row in read_csv(tmp_path / each / "customers.csv")}
                 for each in ("then", "now"))  # fmt: skip
    assert (then["王小明"], now["王小明"]) == ("clean", "warned")
    for options in (("--columns", "confidence"), (*columns, "--filter", "confidence=sole")):
        with pytest.raises(ConfigurationError, match="confidence is of now"):
            export(tmp_path / "refused", *options, "--as-of", moment)
        with pytest.raises(ConfigurationError, match="may not"):
            export(tmp_path / "refused", *options, role="service")
    for mistyped in ("quality=warning", "confidence=unsure"):
        with pytest.raises(ConfigurationError, match=f"is one of .*, not {mistyped.split('=')[1]}"):
            export(tmp_path / "refused", *columns, "--filter", mistyped)
    export(tmp_path / "sole", *columns, "--filter", "confidence=sole")
    assert json.loads((tmp_path / "sole" / "manifest.json").read_text())["as_of"] is None
    assert json.loads((tmp_path / "now" / "manifest.json").read_text())["as_of"] is not None


def read_names(path: Path) -> list[str]:
    if path.suffix == ".jsonl":
        return [json.loads(line)["legal_name"] for line in path.read_text().splitlines()]
    if path.suffix == ".csv":
        return [row["legal_name"] for row in read_csv(path)]
    from openpyxl import load_workbook

    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    return [str(row[0] or "") for row in rows[1:]]


def test_no_cell_of_a_table_is_a_formula(hub: str, tmp_path: Path) -> None:
    world(tmp_path)
    for form in ("csv", "xlsx"):
        export(tmp_path / form, "--columns", "short_name,remark,phone,legal_name", "--format", form)
    names = read_names(tmp_path / "xlsx" / "customers.xlsx")
    rows = read_csv(tmp_path / "csv" / "customers.csv")
    assert names == [row["short_name"] for row in rows]
    (risky,) = [row for row in rows if row["short_name"].endswith("SUM(1)")]
    assert (risky["short_name"], risky["remark"]) == ("'@SUM(1)", "'-1+1")
    assert risky["phone"] == "'+8675526001234"
    assert not any(cell[:1] in ("=", "+", "-", "@") for row in rows for cell in row.values())


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_past_moment_gives_the_same_bytes_again(hub: str, tmp_path: Path, form: str) -> None:
    world(tmp_path)
    wanted = (
        "--columns",
        ",".join(name for name in COLUMNS if name != "confidence"),
        "--format",
        form,
    )
    moment = clock.now().isoformat(timespec="seconds")
    execute(
        "update master.customer_version set recorded_from = recorded_from - interval '1 hour'"
        " returning 1"
    )
    first = export(tmp_path / "first", *wanted, "--as-of", moment)
    upload(tmp_path, 20, **OURS, remark="said later")
    upload(tmp_path, 19, action="add", customer_no="C8", name="李雷")
    build()
    later = export(tmp_path / "later", *wanted, "--as-of", moment)
    now = export(tmp_path / "now", *wanted)
    assert first["sha256"] == later["sha256"] != now["sha256"]
    assert now["rows"] == first["rows"] + 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_comes_in_again_as_nothing_but_what_was_changed(
    hub: str, tmp_path: Path, form: str
) -> None:
    world(tmp_path)
    done = export(tmp_path / "out", "--format", form)
    path = tmp_path / "out" / f"customers.{form}"
    before = state()
    assert check(path)["outcomes"] == {"untouched": done["rows"]}
    told = json.loads(hub_command("import", "apply", path, *WORD))
    assert (told["landed"], told["receipt"]["received"]) == (0, 0)
    build()
    assert state() == before
    if form == "csv":
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
        (ours,) = [row for row in rows if row[1:2] == ["C1"]]
        ours[rows[1].index("level")] = "VIP"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        date(path, 18)
        found = check(path)
        assert found["outcomes"] == {"untouched": done["rows"] - 1, "changed": 1}


def test_a_formula_behind_a_semicolon_stays_in_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with writing_table(path, "csv", ["legal_name", "total_amount"]) as table:
        table.write({"legal_name": "云帆;=1+1", "total_amount": Decimal("-1.50")})
    assert path.read_text(encoding="utf-8-sig").splitlines()[1] == '"云帆;=1+1",-1.50'


def test_an_export_that_breaks_off_leaves_no_customer_behind(
    hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world(tmp_path)
    show = customers.show_columns
    shown: list[object] = []

    def break_off(*given: Any) -> Any:
        if shown:
            raise KeyError("a fault of ours")
        shown.append(given)
        return show(*given)

    monkeypatch.setattr(customers, "show_columns", break_off)
    with pytest.raises(KeyError):
        export(tmp_path / "out", "--columns", "legal_name")
    assert list((tmp_path / "out").iterdir()) == []


def test_filters_choose(hub: str, tmp_path: Path) -> None:
    world(tmp_path)
    export(tmp_path / "a", "--columns", "legal_name", "--filter", "kind=person")
    assert read_names(tmp_path / "a" / "customers.csv") == ["王小明"]
    none = export(tmp_path / "b", "--columns", "kind", "--changed-since", "2999-01-01")
    assert none["rows"] == 0


def test_every_saved_request_can_be_served(hub: str) -> None:
    for path in REQUESTS_DIR.glob("*.toml"):
        request = read_request(path.stem)
        as_of = clock.now() if request.entity == "customer" else None
        check_request(request, as_of, clock.now())
    with pytest.raises(ConfigurationError, match="no saved export other"):
        read_request("other")


def test_every_fault_of_the_access_policy_is_named(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_text(
        '[a.customer]\nwhole = ["x", "mail"]\nmasked = ["remark", "mail"]\n'
        '[a.sales_order]\nmasked = ["legal_name"]\n[b.customer]\nsees = []\n[b.ticket]\n'
    )
    with pytest.raises(ConfigurationError) as error:
        read_role("a", "customer", path)
    for told in (
        "a.customer: no column x",
        "a.customer: remark has no mask",
        "a.customer: mail is both",
        "a.sales_order: legal_name has no mask",
        "b.customer: Extra inputs",
        "b.ticket: no such entity",
    ):
        assert told in str(error.value)


def test_a_sheet_never_has_more_rows_than_a_sheet_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customer_hub.bulk import workbook

    monkeypatch.setattr(workbook, "_MOST_ROWS", 1)
    with workbook.writing_sheet(tmp_path / "x.xlsx", "s") as append:
        append(["a"])
        with pytest.raises(BadDataError, match="more than 1 rows"):
            append(["b"])
