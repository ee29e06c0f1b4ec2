"""Encodings are proven: by the header in one of them alone, or by every byte in one alone."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.contract import Access, RawRecord
from customer_hub.channels.csv_file import CsvForm, prove_file, read_rows
from customer_hub.channels.encodings import BIG5, GB18030, show_codec
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.channels.file_rows import Row, plain_columns
from customer_hub.core.errors import ChannelContentError
from tests.channels.drop_places import drop_config
from tests.channels.file_drop_server import MEMBERS, all_records, drop, member, write_csv
from tests.channels.test_file_drop import FIRST, midnight

NAME = f"members_{FIRST}.csv"
TRADITIONAL = ["會員號", "姓名", "公司"]
ASCII = ["id", "name", "company"]
# Characters that Windows has added to Big5, and that stand in company names.
ROWS = [["M1", "王小明", "宏碁股份有限公司"], ["M2", "李四", "恒生"]]


def read(content: bytes, header: list[str], **form: Any) -> tuple[str, list[Row]]:
    given = CsvForm(plain_columns(header, {}), **form)
    proof = prove_file(io.BytesIO(content), NAME, given, "pos")
    rows = list(read_rows(io.BytesIO(content), NAME, proof, given, "pos"))
    return show_codec(proof.codec), rows


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("cp950", "big5"),
    ],
)
def test_a_chinese_header_proves_the_encoding(encoding: str, shown: str) -> None:
    found, rows = read(write_csv(TRADITIONAL, ROWS).encode(encoding), TRADITIONAL)
    assert found == shown
    assert [list(row.payload.values()) for row in rows] == ROWS
    assert [row.line for row in rows] == [2, 3]


def test_an_ascii_header_needs_every_byte_in_one_encoding_alone() -> None:
    text = write_csv(ASCII, [["M1", "王小明", "清华大学其他人"]])
    assert read(text.encode("gb18030"), ASCII)[0] == "gb18030"
    assert read(text.encode(), ASCII)[0] == "utf-8"
    assert read(write_csv(ASCII, [["M1", "a", "b"]]).encode(), ASCII)[0] == "utf-8"


def test_two_encodings_that_fit_are_not_chosen_between() -> None:
    content = write_csv(ASCII, ROWS).encode("cp950")
    with pytest.raises(ChannelContentError, match="can be read as gb18030 and as big5: say in"):
        read(content, ASCII)
    found, rows = read(content, ASCII, encodings=(BIG5,))
    assert (found, [list(row.payload.values()) for row in rows]) == ("big5", ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp950", "utf-16-le"])
def test_undecodable_bytes_are_a_fault_of_their_line(encoding: str) -> None:
    lines = write_csv(TRADITIONAL, [*ROWS, ["M3", "趙六", ""]]).splitlines(keepends=True)
    broken = b"\x00\xdc" if encoding == "utf-16-le" else b"\xff"
    parts = [line.encode(encoding) for line in lines]
    parts[2] = "M2,".encode(encoding) + broken + ",x\r\n".encode(encoding)
    _, rows = read(b"".join(parts), TRADITIONAL)
    assert [row.payload.get("_cause") for row in rows] == [None, "encoding", None]
    cells = rows[1].payload["_cells"]
    assert (cells[0], cells[2]) == ("M2", "x")
    assert all(f"\\x{byte:02x}" in cells[1] for byte in broken)
    "".join(cells).encode()


def test_lines_of_another_encoding_are_told_in_a_mixed_file() -> None:
    lines = [line.encode("gb18030") for line in write_csv(TRADITIONAL, ROWS).splitlines(True)]
    mixed = b"".join([*lines, "M3,趙六,\r\n".encode()])
    found, rows = read(mixed, TRADITIONAL)
    assert (found, [row.payload.get("_cause") for row in rows]) == (
        "gb18030",
        [None, None, "encoding"],
    )
    lines = [line.encode() for line in write_csv(TRADITIONAL, ROWS).splitlines(True)]
    mixed = b"".join([*lines, "M3,趙六,\r\n".encode("gb18030")])
    found, rows = read(mixed, TRADITIONAL)
    assert (found, [row.payload.get("_cause") for row in rows]) == (
        "utf-8",
        [None, None, "encoding"],
    )


def test_a_half_unit_at_the_end_of_utf16_is_a_fault_of_the_last_line() -> None:
    content = write_csv(TRADITIONAL, ROWS).encode("utf-16") + b"M"
    _, rows = read(content, TRADITIONAL)
    assert [row.payload.get("_cause") for row in rows] == [None, None, "encoding"]


def test_what_decodes_gives_back_the_same_bytes() -> None:
    """The proof that reading loses nothing: every sequence of two bytes, there and back."""
    twice = {"gb18030": 0, "cp950": 10}  # Big5 has ten signs at two places: box lines, 十 and 卅
    for codec, expected in twice.items():
        changed = 0
        for pair in itertools.product(range(0x81, 0x100), range(0x30, 0x100)):
            try:
                text = bytes(pair).decode(codec)
            except UnicodeDecodeError:
                continue
            changed += text.encode(codec) != bytes(pair)
        assert changed == expected


def drop_and_read(folder: Path, content: bytes, **template: Any) -> list[RawRecord]:
    drop(folder, NAME, content)
    channel = FileDrop(drop_config(**template), Access(folder.as_uri()))
    return all_records(channel.extract("customer", midnight(16), midnight(17), None))


def test_a_template_can_say_the_encoding(tmp_path: Path) -> None:
    content = write_csv(MEMBERS, [member("M1", 姓名="王小明")]).encode("gb18030")
    (record,) = drop_and_read(tmp_path, content, encoding=GB18030)
    assert record.payload["姓名"] == "王小明"
    with pytest.raises(ChannelContentError, match="no encoding that we know: it breaks utf-8"):
        drop_and_read(tmp_path, content, encoding="utf-8")
