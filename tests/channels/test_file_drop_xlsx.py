"""Excel files: exact values or a fault that names its place, and nothing that is not a workbook."""

from __future__ import annotations

import io
import re
import secrets
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from customer_hub.channels.contract import Access, RawRecord
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.core.errors import ChannelContentError, ChannelUnavailableError
from tests.channels.drop_places import drop_config, write_xlsx
from tests.channels.file_drop_server import MEMBERS, SALES, all_records, drop, member, sale
from tests.channels.test_file_drop import FIRST, midnight

NAME = f"members_{FIRST}.xlsx"


def read(folder: Path, content: bytes, **template: Any) -> list[RawRecord]:
    drop(folder, NAME, content)
    channel = FileDrop(drop_config("xlsx", **template), Access(folder.as_uri()))
    return all_records(channel.extract("customer", midnight(16), midnight(17), None))


def with_cells(**cells: Any) -> bytes:
    return write_xlsx(MEMBERS, [member("M1"), member("M2", **cells), member("M3")])


def rewrite(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in source.namelist():
            data = source.read(name)
            written.writestr(name, change(data) if name == part else data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
EXACT: dict[str, tuple[str, Any, str]] = {
    "whole_number": ("手机", 13912345678, "13912345678"),
    "float": ("手机", 13900000000.0, "13900000000"),
    "text": ("手机", "013912345678", "013912345678"),
    "day": ("生日", datetime(1990, 5, 6), "1990-05-06"),  # noqa: DTZ001
    "midnight_is_a_time": ("开卡时间", datetime(2025, 1, 2), "2025-01-02 00:00:00"),  # noqa: DTZ001
    "true": ("备注", True, "TRUE"),
    "fraction": ("备注", 0.1 + 0.2, "0.3"),
}


@pytest.mark.parametrize("kind", EXACT)
def test_a_cell_is_passed_on_exactly(tmp_path: Path, kind: str) -> None:
    column, value, text = EXACT[kind]
    assert read(tmp_path, with_cells(**{column: value}))[1].payload[column] == text


@pytest.mark.parametrize("written", ["1.39E+10", "13900000000.0", "13900000000"])
def test_a_number_is_exact_however_it_is_stored(tmp_path: Path, written: str) -> None:
    content = rewrite(
        with_cells(手机=13900000000),
        SHEET,
        lambda data: data.replace(b"<v>13900000000</v>", f"<v>{written}</v>".encode()),
    )
    assert read(tmp_path, content)[1].payload["手机"] == "13900000000"


FAULTS: dict[str, tuple[str, Any, str]] = {
    "identity_number_that_lost_digits": ("证件号码", 110101199001011000, "number"),
    "half_a_phone": ("手机", 13900000000.5, "number"),
    "rounded_text": ("手机", "1.39E+10", "rounded"),
    "error": ("姓名", "#N/A", "error"),
    "formula_that_was_never_computed": ("姓名", '="王"&"小明"', "formula"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_cell_that_cannot_be_told_keeps_its_row_back(tmp_path: Path, kind: str) -> None:
    column, value, cause = FAULTS[kind]
    first, stray, last = read(tmp_path, with_cells(**{column: value}))
    assert (first.source_id, last.source_id) == ("M1", "M3")
    assert stray.source_id == f"!{NAME}:3"
    place = {name: stray.payload[name] for name in ("_cause", "_sheet", "_line", "_column")}
    assert place == {"_cause": cause, "_sheet": "Sheet1", "_line": 3, "_column": column}


def test_a_formula_counts_by_the_value_that_was_kept(tmp_path: Path) -> None:
    content = with_cells(姓名='="王"&"小明"', 备注='=""')

    def keep(data: bytes) -> bytes:
        cells = data.decode()
        cells = re.sub(
            r'<c r="(B3)"[^>]*>(<f>.*?</f>)<v ?/>', r'<c r="\1" t="str">\2<v>王小明</v>', cells
        )
        return re.sub(
            r'<c r="(W3)"[^>]*>(<f>.*?</f>)<v ?/>', r'<c r="\1" t="str">\2<v></v>', cells
        ).encode()

    payload = read(tmp_path, rewrite(content, SHEET, keep))[1].payload
    assert (payload["姓名"], payload["备注"]) == ("王小明", "")


def test_the_header_is_found_below_titles_and_empty_rows_are_none(tmp_path: Path) -> None:
    book = load_workbook(
        io.BytesIO(
            write_xlsx(
                [*MEMBERS, None, "推荐人"],
                [[*member("M1"), None, "M9"], [], [*member("M2"), None, None], [], []],
                above=[["会员月报"], ["总部", None, "2026"], []],
            )
        )
    )
    page = book["Sheet1"]
    page.merge_cells("A1:F1")
    content = io.BytesIO()
    book.save(content)
    first, second = read(tmp_path, content.getvalue())
    assert (first.payload["推荐人"], second.payload["会员号"]) == ("M9", "M2")


def test_a_value_beside_the_columns_keeps_its_row_back(tmp_path: Path) -> None:
    rows = [member("M1"), [*member("M2"), "more"]]
    first, stray = read(tmp_path, write_xlsx(MEMBERS, rows))
    assert (first.source_id, stray.payload["_cause"], stray.payload["_line"]) == (
        "M1",
        "columns",
        3,
    )


def test_a_decimal_comma_is_no_matter_for_real_numbers(tmp_path: Path) -> None:
    rows = [sale("R1", "1", 金额="x", 数量="1.234,5")]
    rows[0][SALES.index("金额")] = 123.456  # type: ignore[call-overload]
    drop(tmp_path, f"sales_{FIRST}.xlsx", write_xlsx(SALES, rows))
    config = drop_config("xlsx", decimal=",")
    window = midnight(16), midnight(17)
    channel = FileDrop(config, Access(tmp_path.as_uri()))
    (record,) = all_records(channel.extract("sales_order", *window, None))
    mapped = config.load_system().map_record("sales_order", record.payload)
    assert (mapped["lines"][0]["amount"], mapped["lines"][0]["quantity"]) == ("123.456", "1234.5")


def two_sheets() -> bytes:
    book = load_workbook(io.BytesIO(write_xlsx(MEMBERS, [member("M1")], sheet="会员")))
    book.create_sheet("说明")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_the_sheet_is_the_named_or_the_only_one(tmp_path: Path) -> None:
    assert len(read(tmp_path, two_sheets(), sheet="会员")) == 1
    with pytest.raises(ChannelContentError, match=r"has 2 sheets \(会员, 说明\): name one"):
        read(tmp_path, two_sheets())
    with pytest.raises(ChannelContentError, match="no sheet 成员; found: 会员, 说明"):
        read(tmp_path, two_sheets(), sheet="成员")


def zip_with(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def bomb() -> bytes:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SHEET, "w", force_zip64=True) as part,
    ):
        for _ in range(1025):
            part.write(bytes(1024 * 1024))
    return content.getvalue()


def locked(content: bytes) -> bytes:
    """Set the flag of an encrypted part wherever the zip lists one."""
    changed = bytearray(content)
    for match in re.finditer(rb"PK\x01\x02", content):
        changed[match.start() + 8] |= 1
    return bytes(changed)


def damaged(content: bytes) -> bytes:
    """Change one byte in the middle of the sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo(SHEET)
    place = part.header_offset + 30 + len(SHEET) + part.compress_size // 2
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def beyond(content: bytes) -> bytes:
    """Give the last row a number that no sheet has."""
    return rewrite(
        content,
        SHEET,
        lambda data: data.replace(b'<row r="4"', b'<row r="99999999"').replace(
            b'r="A4"', b'r="A99999999"'
        ),
    )


GOOD = with_cells(姓名="王小明")
ENTITY = b'<!DOCTYPE x [<!ENTITY a "b">]>'
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut_short": (lambda: GOOD[:-300], "is cut short or no Excel workbook"),
    "cut_at_half": (lambda: GOOD[: len(GOOD) // 2], "is cut short or no Excel workbook"),
    "empty": (lambda: b"", "is empty"),
    "text": (lambda: b"a,b\r\n", "is cut short or no Excel workbook"),
    "old_xls_or_password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted or an old"),
    "encrypted_part": (lambda: locked(GOOD), "is encrypted: save it without a password"),
    "damaged_part": (lambda: damaged(GOOD), "cut short|is damaged"),
    "bomb": (bomb, "unpacks to more than 1073741824 bytes"),
    "other_zip": (lambda: zip_with(readme=b"x"), "is damaged inside: KeyError"),
    "entities": (
        lambda: rewrite(GOOD, SHEET, lambda data: ENTITY + data),
        "declares entities",
    ),
    "no_xml": (lambda: rewrite(GOOD, SHEET, lambda data: data[:900]), "is damaged inside: ParseError"),
    "no_header": (
        lambda: write_xlsx(member("M0"), [member("M1")] * 30, typed=False),
        "none of the first 20 rows",
    ),
    "missing_column": (
        lambda: write_xlsx(MEMBERS[:-1], [], above=[["月报"]]),
        "sheet Sheet1, row 2: no column 标签",
    ),
    "column_twice": (lambda: write_xlsx([*MEMBERS, "姓名"], []), "row 1: column 姓名 stands there twice"),
    "row_beyond_the_sheet": (lambda: beyond(GOOD), "more rows than can be"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_whole_workbook_is_refused(tmp_path: Path, kind: str) -> None:
    make, words = REFUSED[kind]
    with pytest.raises(ChannelContentError, match=words) as caught:
        read(tmp_path, make())
    assert NAME in str(caught.value)
    assert "王小明" not in str(caught.value)


def test_an_old_xls_beside_a_missing_xlsx_is_named(tmp_path: Path) -> None:
    drop(tmp_path, f"members_{FIRST}.xls", b"x")
    drop(tmp_path, f"sales_{FIRST}.xlsx", write_xlsx(SALES, []))
    channel = FileDrop(drop_config("xlsx"), Access(tmp_path.as_uri()))
    with pytest.raises(ChannelUnavailableError, match=rf"is missing; there is members_{FIRST}.xls"):
        list(channel.extract("customer", midnight(16), midnight(17), None))


def test_external_links_are_never_followed(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(MEMBERS))
    page.append(member("M1"))
    page["B2"] = "='[http://127.0.0.1:9/other.xlsx]Sheet1'!$A$1"
    page["C2"].hyperlink = "http://127.0.0.1:9/"
    content = io.BytesIO()
    book.save(content)
    (stray,) = read(tmp_path, content.getvalue())
    assert stray.payload["_cause"] == "formula"


def test_a_workbook_of_any_size_stands_in_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO(write_xlsx(MEMBERS, [member("M1")]))
    with zipfile.ZipFile(content, "a") as book:
        book.writestr("xl/media/image1.png", secrets.token_bytes(9 * 1024 * 1024))

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("persons' data on a disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    (record,) = read(tmp_path, content.getvalue())
    assert record.source_id == "M1"


def test_a_large_sheet_is_streamed(tmp_path: Path) -> None:
    import tracemalloc

    book = Workbook(write_only=True)
    page = book.create_sheet("Sheet1")
    page.append(list(MEMBERS))
    for number in range(1500):
        page.append(member(f"M{number}", 备注="好" * 10_000))
    path = tmp_path / "whole.xlsx"
    book.save(path)
    drop(tmp_path, NAME, path.read_bytes())
    channel = FileDrop(drop_config("xlsx"), Access(tmp_path.as_uri()))
    tracemalloc.start()
    pages = channel.extract("customer", midnight(16), midnight(17), None)
    count = sum(len(page.records) for page in pages)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1500
    assert peak < 15_000_000  # the texts alone have thirty
