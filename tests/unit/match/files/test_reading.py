"""Files as people send them: encodings, marks, rows that break the rules."""

import csv
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customer_hub.core.errors import BadDataError
from customer_hub.match.files.reading import Source, read_files, read_keys


def write(folder: Path, content: bytes, name: str = "given.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encodings_and_marks(tmp_path: Path, encoding: str, mark: str) -> None:
    text = mark.join(["姓名", "手机"]) + "\n" + mark.join(["王伟", "13900000001"]) + "\n"
    table = read_files([write(tmp_path, text.encode(encoding))]).table
    assert table.to_pylist() == [{"姓名": "王伟", "手机": "13900000001"}]


def test_mixed_encodings_are_read_line_by_line_and_told(tmp_path: Path) -> None:
    lines = [b"name,phone", "王伟,1".encode(), "李娜,2".encode("gb18030"), b"Jos\xe9,3", b""]
    source = read_files([write(tmp_path, b"\n".join(lines))])
    assert source.table.column("name").to_pylist() == ["王伟", "李娜", "José"]
    told = "given.csv: mixed encodings: 2 of 5 lines are no UTF-8, lines 3, 4"
    assert source.notes == (told,)


def test_rows_of_another_width_are_left_out_and_their_lines_told(tmp_path: Path) -> None:
    rows = b'name,phone\n"a\nb",1\nb,2,3\n\nc,4\nd\n'
    source = read_files([write(tmp_path, rows)])
    assert source.table.column("name").to_pylist() == ["a\nb", "c"]
    assert source.notes[0].endswith(
        "2 rows are left out: another number of columns than the header, lines 4, 7"
    )


@pytest.mark.parametrize(
    ("rows", "line"),
    [(b'a,1\nb,"2\nc,3\nd,4\n', 3), (b'a,1\nb,"2\n', 3), (b'"a,1\nb,2\n', 2)],
)
def test_a_quote_that_nothing_closes_loses_no_rows_behind_it(
    tmp_path: Path, rows: bytes, line: int
) -> None:
    with pytest.raises(BadDataError, match=f"a quote that is opened in line {line} is closed by"):
        read_files([write(tmp_path, b"name,phone\n" + rows)])


def test_the_first_line_of_a_sheet_may_name_the_mark(tmp_path: Path) -> None:
    source = read_files([write(tmp_path, b"sep=;\r\nname;phone\r\nAnna;1\r\nBob;2;3\r\n")])
    assert source.table.to_pylist() == [{"name": "Anna", "phone": "1"}]
    assert source.notes[0].endswith("line 4"), "lines are counted as the person sees them"


def test_a_title_above_the_header_is_no_header(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match="line 1 looks like a title"):
        read_files([write(tmp_path, "客户清单2026,,\n姓名,手机,邮箱\n王伟,1,\n".encode())])


def test_numbers_that_a_sheet_rounded_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "姓名,手机\n王伟,1.3900E+10\n李娜,13900000002\n张敏,1.39e+10\n"
    source = read_files([write(tmp_path, rows.encode())])
    assert source.table.column("手机").to_pylist() == [None, "13900000002", None]
    assert source.notes == ("given.csv: 手机: 2 numbers left out, rounded by a sheet to 1.39E+10",)


def test_numbers_that_gaps_made_fractions_are_whole_again(tmp_path: Path) -> None:
    rows = b"name,phone,size\na,13900000001.0,1.0\nb,,2.5\n"
    table = read_files([write(tmp_path, rows)]).table
    assert table.column("phone").to_pylist() == ["13900000001", None]
    assert table.column("size").to_pylist() == ["1.0", "2.5"]
    pq.write_table(
        pa.table({"phone": [13900000001.0, None], "size": [1.0, 2.5]}), tmp_path / "given.parquet"
    )
    table = read_files([tmp_path / "given.parquet"]).table
    assert table.column("phone").to_pylist() == ["13900000001", None]
    assert table.column("size").to_pylist() == ["1", "2.5"]


def test_record_ids_stay_as_they_were_given(tmp_path: Path) -> None:
    source = read_files([write(tmp_path, b"id,name\n1.0,a\n2.0,b\n1.39E+10,c\n")])
    keys, _ = read_keys(source, ["id"])
    assert keys.to_pylist() == ["1.0", "2.0", "1.39E+10"]


@pytest.mark.parametrize("first", ["Anna,anna@mail.example", "Anna,+86 139 0000 0001"])
def test_a_record_in_place_of_the_header_is_no_header(tmp_path: Path, first: str) -> None:
    with pytest.raises(BadDataError, match="line 1 looks like a record") as refused:
        read_files([write(tmp_path, f"{first}\nBob,bob@mail.example\n".encode())])
    assert "Anna" not in str(refused.value)


@pytest.mark.parametrize("rows", [b'a,"one\ntwo"\nb,5" pipe\n', b'b,5" pipe\na,"one\ntwo"\n'])
def test_a_mark_for_inches_is_no_open_quote(tmp_path: Path, rows: bytes) -> None:
    assert read_files([write(tmp_path, b"name,note\n" + rows)]).notes == ()


def test_blank_lines_before_the_header_are_none_of_its_rows(tmp_path: Path) -> None:
    source = read_files([write(tmp_path, b"\n\nname,phone\na,01\nb\n")])
    assert source.table.to_pylist() == [{"name": "a", "phone": "01"}]
    assert source.notes[0].endswith("1 row is left out: another number of columns than the"
                                    " header, line 5")  # fmt: skip


def test_a_header_of_any_size_is_read_or_refused(tmp_path: Path) -> None:
    wide, limit = b"x" * 200_000, csv.field_size_limit()
    assert read_files([write(tmp_path, b"name," + wide + b"\na,1\n")]).table.num_columns == 2
    with pytest.raises(BadDataError, match=r"header|readable"):
        read_files([write(tmp_path, b'name,"phone\n' + b"a,1\n" * 50_000)])
    with pytest.raises(BadDataError, match="is closed by nothing"):
        read_files([write(tmp_path, b'name,phone\na,1\nb,"' + wide)])
    assert csv.field_size_limit() == limit, "others in this process refuse such fields"


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    packed = gzip.compress(b"name,phone\na,1\n")
    assert read_files([write(tmp_path, packed, "given.csv.gz")]).table.num_rows == 1
    with pytest.raises(BadDataError, match="not readable"):
        read_files([write(tmp_path, packed[:-9], "given.csv.gz")])
    pq.write_table(pa.table({"name": ["a", "b"]}), tmp_path / "one.parquet")
    packed = gzip.compress((tmp_path / "one.parquet").read_bytes())
    assert read_files([write(tmp_path, packed, "one.parquet.gz")]).table.num_rows == 2


def test_a_line_break_inside_a_value_is_no_new_row(tmp_path: Path) -> None:
    table = read_files([write(tmp_path, b'name,address\na,"1 Road\nTown"\n')]).table
    assert table.column("address").to_pylist() == ["1 Road\nTown"]


def test_a_field_of_a_megabyte_is_read(tmp_path: Path) -> None:
    table = read_files([write(tmp_path, b"name,note\na," + b"x" * 2_000_000 + b"\n")]).table
    assert len(table.column("note")[0].as_py()) == 2_000_000


def test_parquet_columns_become_text_and_files_are_put_together(tmp_path: Path) -> None:
    pq.write_table(pa.table({"name": ["a"], "age": [41]}), tmp_path / "one.parquet")
    other = write(tmp_path, b"name,city\nb,York\n")
    table = read_files([tmp_path / "one.parquet", other]).table
    assert table.to_pylist() == [
        {"name": "a", "age": "41", "city": None}, {"name": "b", "age": None, "city": "York"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"name,phone\n", "no rows"),
        (b"name,name\na,b\n", "columns named twice: name"),
        (b"PAR1" + b"\0" * 50, "not readable"),
        (b"PK\x03\x04" + b"\0" * 50, "an Excel workbook"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(BadDataError, match=what):
        read_files([write(tmp_path, content)])


def test_repeated_ids_are_numbered_and_missing_ones_refused() -> None:
    rows = {"id": ["a", "b", "a", "a#2", "a"], "gap": ["x", None, "y", "z", "z"]}
    table = Source(pa.table(rows), files=(("", 5),), names=("given.csv",))
    keys, notes = read_keys(table, ["id"])
    assert keys.to_pylist() == ["a", "b", "a#3", "a#2", "a#4"]
    assert notes
    with pytest.raises(BadDataError, match="1 rows have no gap"):
        read_keys(table, ["gap"])
    with pytest.raises(BadDataError, match="no column nothing"):
        read_keys(table, ["nothing"])


def test_ids_of_several_files_stand_behind_their_files(tmp_path: Path) -> None:
    paths = [write(tmp_path, b"no,name\n1,a\n2,b\n"), write(tmp_path, b"no,name\n1,c\n", "b.csv")]
    assert read_keys(read_files(paths), ["no"])[0].to_pylist() == [
        "given.csv:1", "given.csv:2", "b.csv:1",
    ]  # fmt: skip
    paths.append(write(tmp_path, b"name\nd\n", "c.csv"))
    with pytest.raises(BadDataError, match=r"c\.csv.*1 rows have no no"):
        read_keys(read_files(paths), ["no"])


def test_lines_may_end_as_on_an_old_mac(tmp_path: Path) -> None:
    table = read_files([write(tmp_path, b"name,phone\rAnna,1\rBob,2\r")]).table
    assert table.to_pydict() == {"name": ["Anna", "Bob"], "phone": ["1", "2"]}


def test_rows_of_several_files_are_named_by_their_file(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path in paths:
        path.write_text("name\nAnna\n")
    assert read_keys(read_files(paths), [])[0].to_pylist() == [
        "a.csv:0000000001", "b.csv:0000000001",
    ]  # fmt: skip
    (tmp_path / "old").mkdir()
    twin = paths[0].rename(tmp_path / "old" / "b.csv")
    found = read_keys(read_files([twin, paths[1]]), [])[0].to_pylist()
    assert found == ["1:b.csv:0000000001", "2:b.csv:0000000001"]


def test_each_of_several_files_may_have_ids_under_a_header_of_its_own(tmp_path: Path) -> None:
    paths = [tmp_path / "shop.csv", tmp_path / "till.csv"]
    paths[0].write_text("no,name\n7,Anna\n")
    paths[1].write_text("member,name\nA1,Anna\nA2,Bert\n")
    source = read_files(paths)
    assert read_keys(source, ["no", "member"])[0].to_pylist() == [
        "shop.csv:7",
        "till.csv:A1",
        "till.csv:A2",
    ]
    with pytest.raises(BadDataError, match="3 columns of ids for 2 file"):
        read_keys(source, ["no", "member", "name"])
    with pytest.raises(BadDataError, match="2 rows have no no"):
        read_keys(source, ["no"])
