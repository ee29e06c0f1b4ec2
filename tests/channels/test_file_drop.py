"""Files by business day: what is read, in which encoding, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import RAW_FIELDS, Access, RawRecord, Target
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.core.errors import (
    ChannelContentError,
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
)
from tests.channels.file_drop_server import (
    MEMBERS,
    SALES,
    all_records,
    drop,
    drop_members,
    drop_sales,
    member,
    pos_config,
    sale,
    write_csv,
)

FIRST, SECOND, THIRD = "20261116", "20261117", "20261118"


def map_record(entity: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a payload by the templates of pos.toml."""
    return read_channel("pos").load_system().map_record(entity, payload)


def midnight(day: int) -> datetime:
    """The start of a day of November in Shanghai."""
    return datetime(2026, 11, day - 1, 16, tzinfo=UTC)


def open_drop(folder: Path, **changes: Any) -> Any:
    return FileDrop(pos_config(**changes), Access(folder.as_uri()))


def read(folder: Path, entity: str = "customer", start: int = 16, end: int = 17) -> list[RawRecord]:
    return all_records(open_drop(folder).extract(entity, midnight(start), midnight(end), None))


def test_a_window_reads_its_own_days_in_order(tmp_path: Path) -> None:
    for day in (THIRD, FIRST, SECOND):
        drop_members(tmp_path, day, member(f"M{day}"))
    assert [record.source_id for record in read(tmp_path)] == [f"M{FIRST}"]
    assert [record.source_id for record in read(tmp_path, start=17, end=19)] == [
        f"M{SECOND}",
        f"M{THIRD}",
    ]
    channel = open_drop(tmp_path)
    assert channel.read_clock() == midnight(19)
    # A nightly run at two in the morning reads the day that has just ended.
    night = midnight(16).replace(hour=18), midnight(17).replace(hour=18)
    (page,) = channel.extract("customer", *night, None)
    assert page.records[0].source_id == f"M{FIRST}"
    assert page.seen_at == midnight(17)


def test_moments_are_those_of_the_channel(tmp_path: Path) -> None:
    drop_members(
        tmp_path, FIRST, member("M1", "2026-11-16 23:59:59", 开卡时间="2025-01-02 00:00:01")
    )
    (record,) = read(tmp_path)
    assert record.version_at == datetime(2026, 11, 16, 15, 59, 59, tzinfo=UTC)
    assert record.created_at == datetime(2025, 1, 1, 16, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_each_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    name = "王小明" if encoding == "gbk" else "𠮷野家😀"
    content = write_csv(MEMBERS, [member("M1", 姓名=name)]).encode(encoding)
    drop(tmp_path, f"members_{FIRST}.csv", content)
    assert read(tmp_path)[0].payload["姓名"] == name


def test_a_character_across_two_blocks_is_no_fault(tmp_path: Path) -> None:
    rows = [member(f"M{number}", 姓名="𠮷" * 50) for number in range(3000)]
    drop_members(tmp_path, FIRST, *rows)
    assert len(read(tmp_path)) == 3000


@pytest.mark.parametrize("blocks", [0, 1])
def test_an_unknown_encoding_names_file_and_byte(tmp_path: Path, blocks: int) -> None:
    good = ("a,b\n" + "好" * 131072 * blocks).encode("gb18030")
    drop(tmp_path, f"members_{FIRST}.csv", good + b"\xff\xff tail")
    with pytest.raises(ChannelContentError) as error:
        read(tmp_path)
    assert f"members_{FIRST}.csv" in str(error.value)
    assert f"gb18030 at byte {len(good)}" in str(error.value)


def test_a_cancelled_member_is_a_delete(tmp_path: Path) -> None:
    drop_members(tmp_path, FIRST, member("M1", 状态="注销", 姓名="王小明"))
    (record,) = read(tmp_path)
    assert (record.op, record.payload) == ("delete", {})
    assert record.version_at == datetime(2026, 11, 16, 2, tzinfo=UTC)


def test_ragged_rows_nuls_and_missing_keys_land_under_their_line(tmp_path: Path) -> None:
    rows = [
        member("M1"),
        member("M2")[:-1],
        [*member("M3"), "more"],
        member("M4", 姓名="a\0b"),
        member(" "),
        member("M6", 备注="two\nlines"),
        ["alone"],
        member("M8"),
    ]
    drop_members(tmp_path, FIRST, *rows)
    records = read(tmp_path)
    name = f"members_{FIRST}.csv"
    assert [(record.source_id, record.payload.get("_cause")) for record in records] == [
        ("M1", None),
        (f"!{name}:3", "columns"),
        (f"!{name}:4", "columns"),
        (f"!{name}:5", "nul"),
        (f"!{name}:6", "key"),
        ("M6", None),
        (f"!{name}:9", "columns"),
        ("M8", None),
    ]
    ragged = records[1].payload
    assert (ragged["_ragged"], ragged["_line"], ragged["_cells"][0]) == (True, 3, "M2")
    for record in records:
        assert set(map_record("customer", record.payload)) == set(RAW_FIELDS["customer"])


def test_extra_columns_are_kept_and_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    header = [*reversed(MEMBERS), "推荐人"]
    row = [*reversed(member("M1", 姓名="王小明")), "M9"]
    drop(tmp_path, f"members_{FIRST}.csv", write_csv(header, [row]).encode("gb18030"))
    (record,) = read(tmp_path)
    assert (record.payload["姓名"], record.payload["推荐人"]) == ("王小明", "M9")
    assert map_record("customer", record.payload)["unknown"] == ["推荐人"]


def test_a_missing_column_is_named_with_its_nearest(tmp_path: Path) -> None:
    header = ["手机号" if column == "手机" else column for column in MEMBERS if column != "邮编"]
    drop(tmp_path, f"members_{FIRST}.csv", write_csv(header, []).encode("gb18030"))
    with pytest.raises(ChannelContentError, match=r"no column 手机 \(nearest: 手机号\), 邮编"):
        read(tmp_path)


def test_a_file_without_its_header_shows_nothing_of_its_first_row(tmp_path: Path) -> None:
    rows = [member("M1", 姓名="王小明", 手机="19912345678")]
    drop(tmp_path, f"members_{FIRST}.csv", write_csv(rows[0], rows).encode("gb18030"))
    with pytest.raises(ChannelContentError, match="first line is not the header") as error:
        read(tmp_path)
    assert "王" not in str(error.value)
    assert "199" not in str(error.value)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    header = [*MEMBERS, "姓名"]
    drop(tmp_path, f"members_{FIRST}.csv", write_csv(header, []).encode("gb18030"))
    with pytest.raises(ChannelContentError, match="column 姓名 stands there twice"):
        read(tmp_path)


def test_an_empty_file_is_an_error_and_a_header_alone_is_not(tmp_path: Path) -> None:
    drop_members(tmp_path, FIRST)
    assert read(tmp_path) == []
    drop(tmp_path, f"members_{SECOND}.csv", b"")
    with pytest.raises(ChannelContentError, match=rf"members_{SECOND}.csv is empty \(0 bytes\)"):
        read(tmp_path, start=17, end=18)


def test_a_truncated_file_is_not_finished(tmp_path: Path) -> None:
    drop_members(tmp_path, FIRST, *[member(f"M{number}") for number in range(50)])
    path = tmp_path / f"members_{FIRST}.csv"
    path.write_bytes(path.read_bytes()[:-77])
    with pytest.raises(ChannelContentError, match=rf"members_{FIRST}.csv is not finished"):
        read(tmp_path)


def test_a_file_without_marker_or_under_way_is_waited_for(tmp_path: Path) -> None:
    drop_members(tmp_path, FIRST, member("M1"))
    content = write_csv(MEMBERS, [member("M2")]).encode("gb18030")
    drop(tmp_path, f"members_{SECOND}.csv.part", content, is_done=False)
    assert open_drop(tmp_path).read_clock() == midnight(17)
    with pytest.raises(ChannelUnavailableError, match=rf"members_{SECOND}.csv is missing"):
        read(tmp_path, start=17, end=18)
    drop(tmp_path, f"members_{SECOND}.csv", content, is_done=False)
    assert open_drop(tmp_path).read_clock() == midnight(17)
    with pytest.raises(ChannelUnavailableError, match=r"is not finished: it has no \.done marker"):
        read(tmp_path, start=17, end=18)
    (tmp_path / f"members_{SECOND}.csv.done").write_text("ok\n")
    with pytest.raises(ChannelContentError, match="does not begin with a sha256"):
        read(tmp_path, start=17, end=18)


def test_a_missing_day_between_others_is_named(tmp_path: Path) -> None:
    drop_members(tmp_path, FIRST, member("M1"))
    drop_members(tmp_path, THIRD, member("M3"))
    with pytest.raises(ChannelUnavailableError, match=rf"members_{SECOND}.csv is missing"):
        read(tmp_path, start=2, end=19)


def test_an_empty_or_absent_folder_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ChannelUnavailableError, match="no finished file"):
        open_drop(tmp_path).read_clock()
    with pytest.raises(ChannelUnavailableError, match="folder cannot be read"):
        open_drop(tmp_path / "absent").read_clock()


def test_a_quotation_that_never_ends_is_named_by_its_line(tmp_path: Path) -> None:
    text = write_csv(MEMBERS, [member(f"M{number}") for number in range(60)])
    lines = text.split("\r\n")
    lines[7] = '"' + lines[7]
    drop(tmp_path, f"members_{FIRST}.csv", "\r\n".join(lines).encode("gb18030"))
    with pytest.raises(ChannelContentError, match="quotation mark in line 8 is never closed"):
        read(tmp_path)


def test_pages_resume_at_their_cursor_unless_the_file_was_dropped_anew(tmp_path: Path) -> None:
    drop_members(tmp_path, FIRST, *[member(f"M{number}") for number in range(5)])
    drop_members(tmp_path, SECOND, *[member(f"N{number}") for number in range(3)])
    channel = open_drop(tmp_path, page_size=2)
    window = midnight(16), midnight(18)
    pages = list(channel.extract("customer", *window, None))
    assert [len(page.records) for page in pages] == [2, 2, 1, 2, 1]
    for number, page in enumerate(pages):
        again = list(channel.extract("customer", *window, page.cursor))
        assert again == pages[number + 1 :]
    drop_members(tmp_path, FIRST, *[member(f"P{number}") for number in range(5)])
    again = list(channel.extract("customer", *window, pages[1].cursor))
    assert [record.source_id for record in again[0].records] == ["P0", "P1"]


def test_the_rows_of_a_receipt_are_one_order_wherever_they_stand(tmp_path: Path) -> None:
    rows = [
        sale("R1", "1", 会员号="M1"),
        sale("R2", "1"),
        sale("R1", "2", 会员号="M1", 更新时间="2026-11-16 12:00:00"),
        sale("R1", "1", 会员号="M1"),
        sale("R3", "1")[:-2],
    ]
    drop_sales(tmp_path, FIRST, *rows)
    guest, member_order, stray = sorted(
        read(tmp_path, "sales_order"),
        key=lambda record: (record.source_id[0] == "!", record.version_at),
    )
    assert (guest.source_id, guest.customer_id, len(guest.payload["lines"])) == ("R2", None, 1)
    assert (member_order.source_id, member_order.customer_id) == ("R1", "M1")
    assert [line["行号"] for line in member_order.payload["lines"]] == ["1", "2"]
    assert member_order.version_at == datetime(2026, 11, 16, 4, tzinfo=UTC)
    assert stray.payload["_ragged"]


def test_a_member_is_mapped_field_by_field() -> None:
    texts = {column: f"<{column}>" for column in MEMBERS}
    mapped = map_record("customer", {**texts, "标签": "a,b、c;;"})
    assert set(mapped) == set(RAW_FIELDS["customer"])
    assert mapped["tags"] == ["a", "b", "c"]
    assert mapped["phones"] == [
        {"type": "mobile", "value": "<手机>", "preferred": True},
        {"type": "phone", "value": "<固定电话>", "preferred": False},
        {"type": "fax", "value": "<传真>", "preferred": False},
    ]
    assert mapped["addresses"][0]["street"] == "<地址>"
    assert (mapped["name"], mapped["company"]) == ("<姓名>", "<公司名称>")
    assert (mapped["created"], mapped["modified"]) == ("<开卡时间>", "<更新时间>")
    assert mapped["unknown"] == []


def test_a_receipt_is_mapped_with_lines_payment_and_events() -> None:
    lines = [
        dict(zip(SALES, sale("R1", "1", 金额="10.50", 会员号="M1"), strict=True)),
        dict(zip(SALES, sale("R1", "2", 金额="0.10", 退货标志="1"), strict=True)),
    ]
    lines[1] |= {"来源订单": "5001", "更新时间": "<later>"}
    mapped = map_record("sales_order", {"lines": lines})
    assert set(mapped) == set(RAW_FIELDS["sales_order"])
    assert (mapped["number"], mapped["customer"], mapped["total"]) == ("R1", "M1", "10.60")
    assert [(payment["amount"], payment["at"]) for payment in mapped["payments"]] == [
        ("10.60", mapped["ordered"]), ("-0.10", "<later>")
    ]  # fmt: skip
    assert [(line["line_no"], line["returns"]) for line in mapped["lines"]] == [
        ("1", None), ("2", None), ("2-return", "2")
    ]  # fmt: skip
    assert [line["is_return"] for line in mapped["lines"]] == [False, False, True]
    assert [(event["code"], event["line_no"]) for event in mapped["events"]] == [
        ("completed", None), ("returned", "2"), ("refunded", "2")
    ]  # fmt: skip
    assert (mapped["status"], mapped["origin"]) == ("completed", "5001")
    assert mapped["unknown"] == []
    for broken in ({}, {"lines": "x"}, {"lines": [{"金额": "1,2"}]}, {"lines": [{"金额": "NaN"}]}):
        assert map_record("sales_order", broken)["total"] in (None, "0")


def test_it_is_read_only_and_configured_by_layout(tmp_path: Path) -> None:
    channel = open_drop(tmp_path)
    assert not isinstance(channel, Target)
    with pytest.raises(ChannelRefusedError):
        channel.sweep_ids("customer")
    assert channel.read_one("customer", "M1") is None
    entity = pos_config().entities["customer"].model_copy(update={"template": None})
    with pytest.raises(ConfigurationError, match="no column template for customer"):
        open_drop(tmp_path, entities={"customer": entity})
    with pytest.raises(ConfigurationError, match="not ftp://"):
        FileDrop(pos_config(), Access("ftp://127.0.0.1")).read_clock()


def test_a_corrected_row_does_not_replace_the_whole_receipt(tmp_path: Path) -> None:
    drop_sales(tmp_path, FIRST, *[sale("R1", line, 商品编码="old") for line in ("10", "2", "1")])
    drop_sales(tmp_path, SECOND, sale("R9", "1", 交易时间="2026-11-17 09:00:00"))
    later = {"更新时间": "2026-11-18 10:00:00", "商品编码": "new"}
    drop_sales(tmp_path, THIRD, sale("R1", "2", **later), sale("R1", "2", **later))
    (record,) = read(tmp_path, "sales_order", start=18, end=19)
    lines = [(line["行号"], line["商品编码"]) for line in record.payload["lines"]]
    assert lines == [("1", "old"), ("2", "new"), ("10", "old")]
    assert record.version_at == datetime(2026, 11, 18, 2, tzinfo=UTC)


def test_rows_of_one_number_and_time_that_differ_both_stay(tmp_path: Path) -> None:
    rows = [
        sale("R1", "1", 商品编码="a"),
        sale("R1", "1", 商品编码="b"),
        sale("R1", "", 商品编码="c"),
        sale("R1", "", 商品编码="d"),
        sale("R1", "2", 商品编码="new", 更新时间="2026-11-16 11:00:00"),
        sale("R1", "2", 商品编码="old"),
    ]
    drop_sales(tmp_path, FIRST, *rows)
    (record,) = read(tmp_path, "sales_order")
    assert sorted(line["商品编码"] for line in record.payload["lines"]) == [
        "a",
        "b",
        "c",
        "d",
        "new",
    ]
