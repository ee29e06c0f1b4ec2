"""`hub match FILE` as a stranger uses it: one command, one file, clusters out."""

import csv
import json
import os
import random
from pathlib import Path
from typing import Any

import pyarrow.csv as pv
import pytest
from typer.testing import CliRunner

from customer_hub.cli import app
from customer_hub.core.errors import BadDataError, ConfigurationError, HubError
from customer_hub.match.engine import chunks, judging

GIVEN = ["Anna", "Robert", "Maria", "Peter", "Susan", "Thomas", "Laura", "Henry", "Emily", "Walter"]
FAMILY = ["Smith", "Jonasson", "Radenmead", "Holwick", "Brackley", "Thornley", "Wexcombe", "Ashby"]
ENDS = ["", "ton", "ley", "ham", "by", "well", "worth"]
BRANDS = [a + b for a in "晨隆洪信川嘉" for b in "禾瑞丰启明"]
HAN = [a + b + c for a in "王李张刘陈杨赵黄周吴" for b in "志晓文静" for c in "强明怡宏海军云洁"]


def write_customers(path: Path, count: int = 120, seed: int = 5) -> None:
    """Write customers with two or three records each: typos, gaps, other forms of a name."""
    dice = random.Random(seed)
    rows = []
    for number in range(count):
        if number % 3 == 0:
            name, other = (dice.choice(HAN),) * 2
        elif number % 3 == 1:
            first, last = dice.choice(GIVEN), dice.choice(FAMILY) + dice.choice(ENDS)
            name, other = f"{first} {last}", f"{last}, {first}"
        else:
            brand = "".join(dice.sample("泰盛晨隆洪信川嘉禾瑞丰启明远航", 3))
            name = (
                f"深圳市{brand}贸易有限公司"
                if number % 2
                else f"{dice.choice(FAMILY)} {number} Ltd"
            )
            other = name.replace("有限公司", "有限责任公司")
        phone, mail = f"1390{number:07}", f"c{number:04}@mail.example"
        for copy in range(dice.choice([2, 2, 3])):
            rows.append(
                {
                    "id": f"r{len(rows):05}", "name": other if copy == 1 else name,
                    "phone": "" if copy == 2 else phone, "mail": "" if copy == 1 else mail,
                    "city": "深圳市" if number % 2 else "York", "truth": str(number),
                }
            )  # fmt: skip
    dice.shuffle(rows)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def hub(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["match", *map(str, arguments)], catch_exceptions=True)


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    write_customers(path)
    return path


def test_a_file_is_matched_and_judged(customers: Path, tmp_path: Path) -> None:
    out, pairs, report = (tmp_path / name for name in ("c.csv", "p.csv", "r.json"))
    done = hub(
        customers,
        "--out",
        out,
        "--id",
        "id",
        "--truth",
        "truth",
        "--pairs",
        pairs,
        "--report",
        report,
    )
    assert done.exit_code == 0, done.output
    told = json.loads(report.read_text())
    verdict = told["quality"]
    assert verdict["pairwise"]["precision"] > 0.9
    above = [each["pairs"] for each in told["curve"]]
    assert above == sorted(above, reverse=True)
    assert above[0] > above[-1]
    nearest = told["closest"][0]
    line = f"{nearest['left_id']} {nearest['right_id']} {nearest['bits']:+.1f} bits:"
    assert line in done.stdout
    assert nearest["levels"]
    assert verdict["pairwise"]["recall"] > 0.9
    clusters = pv.read_csv(out).to_pylist()
    with customers.open() as file:
        assert [row["record_id"] for row in clusters] == [row["id"] for row in csv.DictReader(file)]
    assert "blocking recall" in done.stdout
    joined = [row for row in pv.read_csv(pairs).to_pylist() if row["is_joined"]]
    assert joined
    assert all(row["evidence"] and row["probability"] <= 1 for row in joined)
    for name in ("王伟", "Radenmead", "mail.example"):
        assert name not in pairs.read_text() + done.stdout


def test_what_is_asked_for_is_written_and_no_more(customers: Path, tmp_path: Path) -> None:
    judged = hub(customers, "--id", "id", "--truth", "truth")
    assert judged.exit_code == 0, judged.output
    assert "blocking recall" in judged.stdout
    assert list(tmp_path.iterdir()) == [customers]
    for option in ("--pairs", "--report", "--save-model"):
        written = tmp_path / f"it.{'csv' if option == '--pairs' else 'json'}"
        done = hub(customers, "--id", "id", option, written)
        assert done.exit_code == 0, done.output
        assert set(tmp_path.iterdir()) == {customers, written}
        written.unlink()
    refused = hub(customers, "--id", "id").exception
    assert isinstance(refused, BadDataError)
    assert "no file to write to" in str(refused)


def test_a_saved_model_gives_the_same_bytes_whatever_order_chunks_and_workers(
    customers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, first = tmp_path / "m.json", tmp_path / "first.csv"
    assert hub(customers, "--out", first, "--id", "id", "--save-model", model).exit_code == 0
    lines = customers.read_text().splitlines()
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([lines[0], *sorted(lines[1:], reverse=True)]) + "\n")
    monkeypatch.setattr(chunks, "_FEW", 3)
    monkeypatch.setattr(chunks, "_CHUNK", 7)
    monkeypatch.setattr(judging, "_MANY", 1)
    second = tmp_path / "second.csv"
    done = hub(shuffled, "--out", second, "--id", "id", "--model", model)
    assert done.exit_code == 0, done.output
    assert sorted(first.read_text().splitlines()) == sorted(second.read_text().splitlines())


def test_a_cluster_bears_its_first_id_and_nine_comes_before_ten(tmp_path: Path) -> None:
    given, out = tmp_path / "few.csv", tmp_path / "c.csv"
    row = "Radenmead Quarles,radenmead.quarles@mail.example,1980-03-12"
    given.write_text(
        f"id,name,mail,born\n10,{row}\n9,{row}\n8,Ann Lee,ann@two.example,1971-05-06\n"
    )
    assert hub(given, "--out", out, "--id", "id").exit_code == 0
    found = {str(row["record_id"]): str(row["cluster_id"]) for row in pv.read_csv(out).to_pylist()}
    assert found == {"10": "9", "9": "9", "8": "8"}


def test_roles_are_written_edited_and_used(customers: Path, tmp_path: Path) -> None:
    roles, out = tmp_path / "roles.json", tmp_path / "c.csv"
    assert hub(customers, "--write-schema", roles, "--truth", "truth").exit_code == 0
    schema = json.loads(roles.read_text())
    assert schema["columns"]["phone"] == "phone"
    schema["columns"]["phone"] = "ignored"
    roles.write_text(json.dumps(schema))
    done = hub(customers, "--schema", roles, "--out", out)
    assert done.exit_code == 0, done.output
    assert "\nphone " not in done.stdout
    schema["columns"]["fone"] = "phone"
    roles.write_text(json.dumps(schema))
    refused = hub(customers, "--schema", roles, "--out", out).exception
    assert isinstance(refused, BadDataError)
    assert "fone" in str(refused)
    roles.write_text('{"columns": {"phone": "telephone"}}')
    assert isinstance(hub(customers, "--schema", roles, "--out", out).exception, ConfigurationError)


def test_a_splink_user_can_read_the_weights(customers: Path, tmp_path: Path) -> None:
    settings, out = tmp_path / "s.json", tmp_path / "c.csv"
    assert hub(customers, "--out", out, "--splink", settings).exit_code == 0
    content = json.loads(settings.read_text())
    assert content["link_type"] == "dedupe_only"
    assert {each["output_column_name"] for each in content["comparisons"]} >= {"family", "phone"}


def test_repeats_are_one_customer_unless_they_say_too_little(tmp_path: Path) -> None:
    whole, bare, out = tmp_path / "whole.csv", tmp_path / "bare.csv", tmp_path / "c.csv"
    whole.write_text("name,phone,mail\n" + "Anna Smith,13900000001,anna@mail.example\n" * 3000)
    bare.write_text("name\n" + "王伟\n" * 300)
    assert hub(whole, "--out", out).exit_code == 0
    assert len(set(pv.read_csv(out).column("cluster_id").to_pylist())) == 1
    assert hub(bare, "--out", out).exit_code == 0
    assert len(set(pv.read_csv(out).column("cluster_id").to_pylist())) == 300


def test_one_phone_of_everybody_proposes_nobody(tmp_path: Path) -> None:
    path, out = tmp_path / "given.csv", tmp_path / "c.csv"
    names = [f"{a}{b}" for a in "王李张刘陈杨赵黄周吴" for b in "伟娜明洋静帆敏强杰倩"]
    path.write_text("name,phone\n" + "".join(f"{name},4008000000\n" for name in names))
    done = hub(path, "--out", out)
    assert done.exit_code == 0
    assert "too many records or names to propose a pair: phone 1 (in 100 records)" in done.stderr
    assert len(set(pv.read_csv(out).column("cluster_id").to_pylist())) == len(names)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("foo,bar\n1,2\n", "no column that can be compared"),
        ("name,phone\n,\n,\n", "no column that can be compared"),
    ],
)
def test_a_file_without_anything_to_compare_is_told(
    tmp_path: Path, content: str, what: str
) -> None:
    path = tmp_path / "given.csv"
    path.write_text(content)
    done = hub(path, "--out", tmp_path / "c.csv")
    assert isinstance(done.exception, BadDataError)
    assert what in str(done.exception)
    assert not (tmp_path / "c.csv").exists()


def test_rows_that_repeat_count_as_compared(tmp_path: Path) -> None:
    path, report = tmp_path / "given.csv", tmp_path / "r.json"
    rows = ["Anna Smith,13900000001,a"] * 3 + ["A Smith,13900000001,a"] * 2
    path.write_text("name,phone,truth\n" + "\n".join([*rows, "Peter Ashby,13900000009,b"]) + "\n")
    done = hub(path, "--out", tmp_path / "c.csv", "--truth", "truth", "--report", report)
    assert done.exit_code == 0, done.output
    assert json.loads(report.read_text())["quality"]["reach"] == 1.0


def test_rows_without_a_truth_are_not_judged(tmp_path: Path) -> None:
    path, report = tmp_path / "given.csv", tmp_path / "r.json"
    rows = ["Anna Smith,13900000001,a"] * 2 + ["Anna Smith,13900000001,", "Bo Lee,13900000009,"]
    path.write_text("name,phone,truth\n" + "\n".join(rows) + "\n")
    done = hub(path, "--truth", "truth", "--report", report)
    assert "2 records have no truth: they are not judged" in done.output
    verdict = json.loads(report.read_text())["quality"]
    assert (verdict["records"], verdict["over_merged"], verdict["pairwise_f1"]) == (2, 0, 1.0)
    assert "4 records are 2 customers, 1 of them of several records, at most 3" in done.output


def test_a_model_that_lacks_a_column_is_refused_before_the_work(
    customers: Path, tmp_path: Path
) -> None:
    model, other = tmp_path / "m.json", tmp_path / "other.csv"
    assert hub(customers, "--save-model", model).exit_code == 0
    other.write_text("name,gender\nAnna Smith,f\nBo Lee,m\n")
    refused = hub(other, "--out", tmp_path / "c.csv", "--model", model)
    assert isinstance(refused.exception, BadDataError)
    assert "no weights for category:gender" in str(refused.exception)
    assert "candidate pairs" not in refused.output


def test_what_is_no_model_no_schema_and_no_table_is_refused(
    customers: Path, tmp_path: Path
) -> None:
    report, schema, out = (tmp_path / name for name in ("r.json", "s.json", "c.csv"))
    assert hub(customers, "--report", report).exit_code == 0
    schema.write_text('{"columns": {"name": "nmae"}}')
    for arguments, told in (
        (("--out", out, "--model", report), "this is no saved model"),
        (("--out", out, "--schema", schema), "name: no such role. HINT: roles are record_id, name"),
        (("--out", tmp_path / "c.xlsx"), "a workbook is not written"),
    ):
        refused = hub(customers, *arguments).exception
        assert isinstance(refused, HubError)
        assert told in str(refused)
    assert not (tmp_path / "c.xlsx").exists()


def test_a_written_schema_keeps_the_ids_of_both_files(tmp_path: Path) -> None:
    shop, crm, schema, out = (tmp_path / name for name in ("a.csv", "b.csv", "s.json", "c.csv"))
    shop.write_text("no,name,phone\n1,Anna Lang,2025550101\n")
    crm.write_text("account,name,phone\nA7,Anna Lang,2025550101\n")
    ids = ("--id", "no", "--id", "account")
    assert hub(shop, crm, *ids, "--write-schema", schema).exit_code == 0
    done = hub(shop, crm, "--schema", schema, "--out", out)
    assert done.exit_code == 0, done.output
    assert [row["record_id"] for row in pv.read_csv(out).to_pylist()] == ["a.csv:1", "b.csv:A7"]


def test_it_is_told_who_was_taken_for_what(tmp_path: Path) -> None:
    given, out = tmp_path / "a.csv", tmp_path / "c.csv"
    given.write_text("name,phone\nAnna Lang,2025550101\nAcme Ltd,2025550102\nBob,2025550103\n")
    done = hub(given, "--out", out)
    assert "3 records, 1 organisations and 2 persons by their names" in done.output


def test_a_link_is_followed_and_what_is_no_file_is_refused(customers: Path, tmp_path: Path) -> None:
    real, link, pipe = (tmp_path / name for name in ("real.csv", "link.csv", "pipe"))
    real.write_text("old")
    link.symlink_to(real)
    os.mkfifo(pipe)
    assert hub(customers, "--out", link).exit_code == 0
    assert link.is_symlink()
    assert real.read_text().startswith('"record_id"')
    for out in (pipe, tmp_path):
        refused = hub(customers, "--out", out)
        assert isinstance(refused.exception, BadDataError)
        assert "a folder or a device" in str(refused.exception)
    assert pipe.is_fifo()


def test_a_letter_of_a_given_name_bridges_no_sisters(tmp_path: Path) -> None:
    path, out = tmp_path / "given.csv", tmp_path / "c.csv"
    home = "+12015550143,12 Oak Street"
    rows = [
        f"1,Anna Langdon,anna@one.example,1985-02-11,{home}",
        f"2,Anne Langdon,anne@two.example,1987-09-30,{home}",
        f"3,A. Langdon,,,{home}",
        *(f"{n},Given{n} Family{n},g{n}@mail.example,19{50 + n}-01-0{n % 9 + 1},+1312555{n:04},{n} Elm Road"
          for n in range(4, 40)),
    ]  # fmt: skip
    path.write_text("id,name,mail,born,phone,address\n" + "\n".join(rows) + "\n")
    assert hub(path, "--out", out, "--id", "id").exit_code == 0
    found = {row["record_id"]: row["cluster_id"] for row in pv.read_csv(out).to_pylist()}
    assert found[1] != found[2]


def test_a_renamed_company_and_a_nickname_in_quotes_are_read(tmp_path: Path) -> None:
    path, out = tmp_path / "given.csv", tmp_path / "c.csv"
    rows = [
        "1,深圳远山电子有限公司（原深圳泰盛贸易有限公司）,13900000001",
        "2,深圳市泰盛贸易有限公司,13900000001",
        "3,深圳远山电子有限公司,13900000001",
        '4,"Bernd ""Bernie"" Maierhof",13900000002',
        "5,B. Maierhof,13900000002",
        *(f"{n},上海{brand}贸易有限公司,1390001{n:04}" for n, brand in enumerate(BRANDS, 6)),
        *(f"{n},Given{n} Family{n},1390002{n:04}" for n in range(40, 70)),
    ]
    path.write_text("id,name,phone\n" + "\n".join(rows) + "\n")
    assert hub(path, "--out", out, "--id", "id").exit_code == 0
    found = {row["record_id"]: row["cluster_id"] for row in pv.read_csv(out).to_pylist()}
    assert found[1] == found[2] == found[3]
    assert found[4] == found[5]
    assert len({*found.values()}) == len(found) - 3


@pytest.mark.parametrize("option", ["--out", "--pairs", "--report", "--save-model"])
def test_nothing_is_written_over(customers: Path, tmp_path: Path, option: str) -> None:
    content = customers.read_bytes()
    over = hub(customers, "--out", tmp_path / "c.csv", option, customers)
    same = tmp_path / "same.csv"
    twice = hub(customers, "--out", same, "--pairs", same)
    nowhere = hub(customers, "--out", tmp_path / "nowhere" / "c.csv")
    for done, what in (
        (over, "written over"),
        (twice, "written over"),
        (nowhere, "no such folder"),
    ):
        assert isinstance(done.exception, BadDataError)
        assert what in str(done.exception)
    assert customers.read_bytes() == content
    assert not same.exists()
