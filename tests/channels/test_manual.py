"""The template that people fill: what a row says, what is refused, and how it lands."""

import csv
import io
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import CLEARABLE, RAW_FIELDS, Access, RawRecord, Target
from customer_hub.channels.manual import map_record, open_channel
from customer_hub.channels.manual.candidates import read_candidate_records
from customer_hub.channels.manual.template import COLUMNS, TITLE
from customer_hub.core import db
from customer_hub.core.errors import (
    ChannelContentError,
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
)
from customer_hub.gather.run import gather_entity
from tests.sql.gather_memory import close_window

TEMPLATE = Path(__file__).parents[2] / "include" / "templates" / "customer_v1.csv"
CONFIG = read_channel("manual")


EVER = datetime(2000, 1, 1, tzinfo=UTC)


def noon(day: int) -> datetime:
    """When an upload was written; long ago, whenever the test runs."""
    return datetime(2025, 11, day, 12, tzinfo=UTC)


def pass_a_moment() -> datetime:
    """Return a moment between what was done to files before and what comes next."""
    time.sleep(0.05)  # file systems date by a clock that ticks every few milliseconds
    moment = datetime.now(UTC)
    time.sleep(0.05)
    return moment


def fill(folder: Path, name: str, day: int, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    """Fill the template as a person does: below its last line."""
    text = io.StringIO(newline="")
    csv.DictWriter(text, COLUMNS, restval="").writerows(rows)
    content = TEMPLATE.read_bytes().decode("utf-8-sig") + text.getvalue()
    path = folder / name
    path.write_bytes(content.encode(encoding))
    stamp = noon(day).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def open_uploads(folder: Path, file: str = "", page_size: int = 500) -> Any:
    access = Access(folder.as_uri(), login="steward.lin", extra={"file": file} if file else {})
    return open_channel(CONFIG.model_copy(update={"page_size": page_size}), access)


def read(folder: Path, file: str = "") -> list[RawRecord]:
    pages = open_uploads(folder, file).extract("customer", EVER, pass_a_moment(), None)
    return [record for page in pages for record in page.records]


def test_the_template_is_what_the_channel_reads_and_empty(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(TEMPLATE.read_bytes())
    assert read(tmp_path, "t.csv") == []


def test_the_template_has_every_field_of_a_customer() -> None:
    held = {name for name in RAW_FIELDS["customer"] if name in COLUMNS}
    lists = {"phones", "mails", "addresses", "modified", "unknown", "cleared"}
    assert held | lists == set(RAW_FIELDS["customer"])


def test_rows_become_records_of_their_author(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "new.csv",
        2,
        {"action": "add", "customer_no": "C1", "name": "𠮷野家", "mobile": "19912345678;x"},
        {"action": " Delete ", "customer_no": "C2"},
    )
    added, deleted = read(tmp_path)
    assert (added.source_id, added.op, added.version_at) == ("C1", "upsert", None)
    assert (added.payload["_author"], added.payload["name"]) == ("steward.lin", "𠮷野家")
    assert (deleted.source_id, deleted.op, deleted.payload) == ("C2", "delete", {})


def test_uploads_are_read_oldest_first_and_one_by_reference(tmp_path: Path) -> None:
    for name, day in (("b.csv", 3), ("a.csv", 4), ("c.csv", 2), ("d.csv.part", 2)):
        fill(tmp_path, name, day, {"action": "add", "customer_no": name})
    assert [record.source_id for record in read(tmp_path)] == ["c.csv", "b.csv", "a.csv"]
    assert [record.source_id for record in read(tmp_path, "b.csv")] == ["b.csv"]
    pages = open_uploads(tmp_path).extract("customer", EVER, pass_a_moment(), None)
    assert [page.seen_at for page in pages] == [noon(2), noon(3), noon(4)]


def test_an_upload_belongs_to_the_window_in_which_it_came(tmp_path: Path) -> None:
    part = fill(tmp_path, "a.part", 2, {"action": "add", "customer_no": "C1"})
    before = pass_a_moment()
    part.rename(tmp_path / "a.csv")
    after = pass_a_moment()
    channel = open_uploads(tmp_path)
    assert list(channel.extract("customer", EVER, before, None)) == []
    assert list(channel.extract("customer", after, pass_a_moment(), None)) == []
    (page,) = channel.extract("customer", before, after, None)
    assert (page.records[0].source_id, page.seen_at) == ("C1", noon(2))


def test_a_file_that_is_renamed_after_a_run_is_read_by_the_next(tmp_path: Path, hub: str) -> None:
    part = fill(tmp_path, "a.part", 2, {"action": "add", "customer_no": "C1"})
    landed = []
    for run_id in ("before", "after"):
        pass_a_moment()
        result = gather_entity(
            CONFIG, open_uploads(tmp_path), "customer", start=None, end=None, run_id=run_id
        )
        close_window(result.window_id)
        landed.append(result.landed)
        if run_id == "before":
            part.rename(tmp_path / "a.csv")
    assert landed == [0, 1]


def test_pages_resume_at_their_cursor(tmp_path: Path) -> None:
    for name, day in (("b.csv", 3), ("a.csv", 4)):
        rows = [{"action": "add", "customer_no": f"{name}{number}"} for number in range(5)]
        fill(tmp_path, name, day, *rows)
    channel = open_uploads(tmp_path, page_size=2)
    end = pass_a_moment()
    pages = list(channel.extract("customer", EVER, end, None))
    assert [len(page.records) for page in pages] == [2, 2, 1] * 2
    for number, page in enumerate(pages):
        again = list(channel.extract("customer", EVER, end, page.cursor))
        assert again == pages[number + 1 :]


def test_rows_that_nobody_can_follow_land_under_their_line(tmp_path: Path) -> None:
    path = fill(
        tmp_path,
        "x.csv",
        2,
        {"action": "add", "customer_no": "C1"},
        {"action": "merge", "customer_no": "C2"},
        {"action": "add"},
        {"action": "change", "customer_no": "C1"},
        {"action": "add", "customer_no": "C5", "name": "a\0"},
    )
    with path.open("a", encoding="utf-8") as file:
        file.write("add,C6\r\n")
    os.utime(path, (noon(2).timestamp(),) * 2)
    records = read(tmp_path)
    assert [(record.source_id, record.payload.get("_cause")) for record in records] == [
        ("C1", None),
        ("!x.csv:5", "action"),
        ("!x.csv:6", "key"),
        ("!x.csv:7", "twice"),
        ("!x.csv:8", "nul"),
        ("!x.csv:9", "columns"),
    ]
    for record in records:
        assert record.payload["_author"] == "steward.lin"
        assert set(map_record("customer", record.payload)) == set(RAW_FIELDS["customer"])


def test_blank_is_no_opinion_and_clear_is_one(tmp_path: Path) -> None:
    row = {
        "action": "change",
        "customer_no": "C1",
        "website": " ",
        "level": "CLEAR",
        "mobile": "CLEAR",
        "remark": "clear",
        "tags": "VIP客户; 渠道",
        "mail": "a@one.example;b@two.example",
        "address_city": "上海市",
        "address_type": "office",
        "parent": "C0",
    }
    fill(tmp_path, "x.csv", 2, row)
    (record,) = read(tmp_path)
    mapped = map_record("customer", record.payload)
    assert set(mapped) == set(RAW_FIELDS["customer"])
    assert (mapped["website"], mapped["level"], mapped["phones"]) == (None, None, [])
    assert (mapped["remark"], mapped["parent"]) == ("clear", "C0")
    assert mapped["tags"] == ["VIP客户", "渠道"]
    assert [mail["preferred"] for mail in mapped["mails"]] == [True, False]
    assert (mapped["addresses"][0]["type"], mapped["addresses"][0]["city"]) == ("office", "上海市")
    assert mapped["unknown"] == []
    assert mapped["cleared"] == ["level", "mobile"]


def test_what_can_be_cleared_is_what_the_contract_says() -> None:
    row = dict.fromkeys(COLUMNS, "CLEAR")
    assert set(map_record("customer", row)["cleared"]) == set(CLEARABLE)


@pytest.mark.parametrize("column", ["name", "kind", "status", "address_city", "customer_no"])
def test_what_must_stand_cannot_be_cleared(tmp_path: Path, column: str) -> None:
    row = {"action": "change", "customer_no": "C1", column: " CLEAR "}
    fill(tmp_path, "x.csv", 2, row)
    (record,) = read(tmp_path)
    assert (record.source_id, record.payload["_cause"]) == ("!x.csv:4", "clear")


def test_a_file_from_a_spreadsheet_in_gbk_is_read(tmp_path: Path) -> None:
    path = fill(tmp_path, "x.csv", 2, {"action": "add", "customer_no": "C1", "name": "王小明"})
    text = path.read_bytes().decode()
    blank = "," * (len(COLUMNS) - 1)
    path.write_bytes(text.replace(f"{TITLE} 1", f"{TITLE} 1{blank}").encode("gb18030"))
    assert read(tmp_path, "x.csv")[0].payload["name"] == "王小明"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"action,customer_no\r\nadd,C1\r\n", "first line is not '#customer-hub template 2'"),
        (b"#customer-hub template 3\r\n", "is version 3 of the template; this hub reads 1 and 2"),
        (b"#customer-hub template 2x\r\n", "first line is not '#customer-hub template 2'"),
        (f"{TITLE} 1\r\n{','.join(COLUMNS[:-1])}\r\n".encode(), "no column address_postcode"),
        (f"{TITLE} 1\r\nadd,C1,person\r\n".encode(), "first line is not the header"),
        (b"\xff\xfe\xff", "has no encoding that we know"),
    ],
)
def test_what_is_not_the_template_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(ChannelContentError, match=message):
        read(tmp_path, "x.csv")


def test_only_a_name_inside_the_folder_can_be_referred_to(tmp_path: Path) -> None:
    for name in ("../secret.csv", "/etc/passwd", "a/b.csv"):
        with pytest.raises(ConfigurationError, match="a name inside it"):
            open_uploads(tmp_path, name)
    with pytest.raises(ConfigurationError, match="must be a file:// URL"):
        open_channel(CONFIG, Access("https://127.0.0.1"))
    with pytest.raises(ChannelUnavailableError, match="cannot be read"):
        read(tmp_path, "absent.csv")
    with pytest.raises(ChannelUnavailableError, match="cannot be read"):
        read(tmp_path / "absent")


def test_it_is_read_only(tmp_path: Path) -> None:
    channel = open_uploads(tmp_path)
    assert not isinstance(channel, Target)
    with pytest.raises(ChannelRefusedError):
        channel.sweep_ids("customer")


def test_candidates_are_the_rows_that_add(tmp_path: Path) -> None:
    path = fill(
        tmp_path,
        "x.csv",
        2,
        {"action": "change", "customer_no": "C1"},
        {"action": "add", "customer_no": "C2", "name": "王小明"},
    )
    ((line, record),) = read_candidate_records(path)
    assert (line, record["name"]) == (5, "王小明")


def test_each_upload_lands_and_the_same_upload_again_is_a_duplicate(
    tmp_path: Path, hub: str
) -> None:
    row = {"action": "add", "customer_no": "C1", "name": "王小明"}
    fill(tmp_path, "first.csv", 2, row)
    fill(tmp_path, "second.csv", 3, {**row, "action": "change"})
    fill(tmp_path, "third.csv", 4, {**row, "name": "王小明明"}, {"action": "add"})
    pass_a_moment()
    results = [
        gather_entity(
            CONFIG, open_uploads(tmp_path, file), "customer", start=None, end=None, run_id="r"
        )
        for file in ("", "second.csv")
    ]
    assert [(result.received, result.landed) for result in results] == [(4, 4), (5, 4)]
    with db.begin() as connection:
        rows = connection.exec_driver_sql(
            "select source_key, version_at, seen_at, is_own_time from landing.version"
            " order by version_id"
        ).all()
    assert [tuple(row) for row in rows] == [
        ("manual/customer/C1", noon(2), noon(2), False),
        ("manual/customer/C1", noon(3), noon(3), False),
        ("manual/customer/C1", noon(4), noon(4), False),
        ("manual/customer/!third.csv:5", noon(4), noon(4), False),
    ]
