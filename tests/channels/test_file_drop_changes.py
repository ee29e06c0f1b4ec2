"""Files that change while they are read, and senders that leave no marker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.contract import Access
from customer_hub.channels.file_drop import proving, schedule
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.core.errors import ChannelContentError, ChannelUnavailableError
from tests.channels.drop_places import FORMATS, PLACES, drop_config, open_place, write_xlsx
from tests.channels.file_drop_server import MEMBERS, all_records, drop, member, write_csv
from tests.channels.test_file_drop import FIRST, midnight

WINDOW = midnight(16), midnight(17)
NAME = f"members_{FIRST}.csv"


def content(*rows: list[str], file_format: str = "csv") -> bytes:
    if file_format == "xlsx":
        return write_xlsx(MEMBERS, rows)
    return write_csv(MEMBERS, rows).encode("gb18030")


def open_drop(folder: Path, **template: Any) -> FileDrop:
    return FileDrop(drop_config(**template), Access(folder.as_uri()))


@pytest.mark.s3
@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("kind", PLACES)
def test_without_markers_a_file_is_read_when_it_was_the_same_twice(
    kind: str, file_format: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with open_place(kind, tmp_path / "in", lambda: request.getfixturevalue("s3_server")) as place:
        name = f"members_{FIRST}.{file_format}"
        config = drop_config(file_format, stable_seconds=0.05)
        channel = FileDrop(config, place.access())
        with pytest.raises(ChannelUnavailableError, match="no finished file"):
            channel.read_clock()
        place.put(f"{name}.part", b"half", is_done=False)
        place.put(name, content(member("M1"), file_format=file_format), is_done=False)
        assert channel.read_clock() == midnight(17)
        records = all_records(channel.extract("customer", *WINDOW, None))
        assert [record.source_id for record in records] == ["M1"]


def test_a_file_that_grows_between_the_two_looks_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path, NAME, content(member("M1")), is_done=False)

    def grow(_seconds: float) -> None:
        with (tmp_path / NAME).open("ab") as file:
            file.write(b"M2,")

    monkeypatch.setattr(schedule.time, "sleep", grow)
    channel = open_drop(tmp_path, stable_seconds=5)
    with pytest.raises(ChannelUnavailableError, match="it still grows or was replaced"):
        list(channel.extract("customer", *WINDOW, None))


def test_a_file_that_grows_after_the_looks_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path, NAME, content(member("M1")), is_done=False)
    prove = proving.prove_file

    def grow_then_prove(*args: Any, **options: Any) -> Any:
        with (tmp_path / NAME).open("ab") as file:
            file.write(content(member("M2")).splitlines(keepends=True)[1])
        return prove(*args, **options)

    monkeypatch.setattr(proving, "prove_file", grow_then_prove)
    channel = open_drop(tmp_path, stable_seconds=0.01)
    with pytest.raises(ChannelUnavailableError, match=f"{NAME} grows while it is read: "):
        list(channel.extract("customer", *WINDOW, None))


def test_a_file_that_is_replaced_between_its_two_readings_is_not_believed(tmp_path: Path) -> None:
    drop(tmp_path, NAME, content(*(member(f"M{n}") for n in range(40_000))))
    pages = open_drop(tmp_path).extract("customer", *WINDOW, None)
    next(pages)
    data = bytearray((tmp_path / NAME).read_bytes())
    data[-200:-190] = b"9" * 10
    (tmp_path / NAME).write_bytes(data)
    with pytest.raises(ChannelContentError, match="changed while it was read"):
        list(pages)


@pytest.mark.parametrize("megabytes", [10, 30])
def test_a_field_without_end_is_refused_and_not_held(tmp_path: Path, megabytes: int) -> None:
    row = member("M1", 备注="x" * megabytes * 1024 * 1024)
    drop(tmp_path, NAME, content(member("M0"), row))
    with pytest.raises(ChannelContentError, match="more than 131072 characters"):
        list(open_drop(tmp_path).extract("customer", *WINDOW, None))


def test_a_number_that_a_spreadsheet_has_rounded_keeps_its_row_back(tmp_path: Path) -> None:
    rows = [member("M1"), member("M2", 手机="1.39E+10"), member("M3", 备注="1.39E+10")]
    drop(tmp_path, NAME, content(*rows))
    records = all_records(open_drop(tmp_path).extract("customer", *WINDOW, None))
    assert [record.source_id for record in records] == ["M1", f"!{NAME}:3", "M3"]
    payload = records[1].payload
    assert (payload["_cause"], payload["_column"]) == ("rounded", "手机")
