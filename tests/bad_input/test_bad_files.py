"""Files that are broken in every way, over a real SFTP server, through landing and the gate."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.contract import Access
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.core.errors import (
    ChannelContentError,
    ChannelError,
    ChannelRefusedError,
    ChannelUnavailableError,
)
from customer_hub.core.results import Receipt
from local.sandbox.process import SandboxProcess
from tests.bad_input.rooms import (
    check_nothing_is_half,
    check_text,
    open_payloads,
    read_tables,
    run_window,
    select,
    start_over,
)
from tests.channels.file_drop_server import (
    MEMBERS,
    SftpServer,
    drop,
    make_key,
    member,
    pos_config,
    write_csv,
)
from tests.channels.test_file_drop import FIRST, midnight

NAME = f"members_{FIRST}.csv"
ROWS = [member(f"M{n}", 姓名="王小明", 手机="13800138000", 备注="好") for n in range(12)]
GOOD = write_csv(MEMBERS, ROWS)
CONFIG = pos_config(page_size=5)
HIDDEN = ("王小明", "13800138000", "PRIVATE KEY", "AAAA")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "outbox"
    folder.mkdir()
    with SftpServer(folder, make_key(), make_key()).running() as running:
        yield running


def take(server: SftpServer, **access: str) -> Receipt:
    channel = FileDrop(CONFIG, server.access(**access))
    return run_window(CONFIG, channel, start=midnight(16), end=midnight(17))


@pytest.fixture
def healthy(hub: str, server: SftpServer) -> dict[str, list[tuple[Any, ...]]]:
    """The tables after a day without fault; then forgotten again."""
    drop(server.folder, NAME, GOOD.encode("gb18030"))
    receipt = take(server)
    assert (receipt.state, receipt.accepted) == ("closed", 12)
    tables = read_tables()
    start_over()
    return tables


def without(column: str) -> str:
    place = MEMBERS.index(column)
    cut = [row[:place] + row[place + 1 :] for row in ROWS]
    return write_csv([*MEMBERS[:place], *MEMBERS[place + 1 :]], cut)


def damage(content: bytes, sealed: bytes) -> Callable[[Path], None]:
    """Drop a file whose marker is that of another content."""

    def write(folder: Path) -> None:
        drop(folder, NAME, sealed)
        (folder / NAME).write_bytes(content)

    return write


def whole(content: bytes) -> Callable[[Path], None]:
    """Drop a file that is just as its sender wrote it."""
    return lambda folder: drop(folder, NAME, content)


GBK, UTF8 = GOOD.encode("gb18030"), GOOD.encode("utf-8-sig")
OPEN_QUOTE = (GOOD + '"M99,never closed').encode("gb18030")
REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "truncated": (damage(GBK[:-77], GBK), f"{NAME} is not finished"),
    "empty": (whole(b""), f"{NAME} is empty (0 bytes): not even a header"),
    "no_encoding": (whole(GOOD.encode("shift_jis", "replace") + b"\xff"), "has no encoding"),
    "gbk_behind_a_utf8_mark": (whole(b"\xef\xbb\xbf" + GBK), "it breaks utf-8 at byte 3"),
    "missing_column": (whole(without("手机").encode("gb18030")), "no column 手机"),
    "no_header": (
        whole(write_csv(ROWS[0], ROWS[1:]).encode("gb18030")),
        "its first line is not the header",
    ),
    "column_twice": (
        whole(write_csv([*MEMBERS, "姓名"], [[*row, "x"] for row in ROWS]).encode("gb18030")),
        "column 姓名 stands there twice",
    ),
    "open_quotation_at_the_end": (whole(OPEN_QUOTE), "a quotation mark in line 14 is never closed"),
    "field_of_five_megabytes": (
        whole(write_csv(MEMBERS, [member("M0", 备注="长" * 1_700_000)]).encode("gb18030")),
        "a field there has more than 131072 characters",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_nobody_can_believe_is_refused_whole(
    healthy: dict[str, Any], server: SftpServer, kind: str
) -> None:
    write, words = REFUSED[kind]
    write(server.folder)
    with pytest.raises(ChannelContentError) as caught:
        take(server)
    check_text(caught.value, "pos", NAME, words, "ask the sender", hidden=HIDDEN)
    check_nothing_is_half()
    drop(server.folder, NAME, GBK)
    assert take(server).state == "closed"
    assert {row[0] for row in read_tables()["accepted"]} == {row[0] for row in healthy["accepted"]}
    accepted = dict(read_tables()["accepted"])
    assert accepted == dict(healthy["accepted"])


UNDECODABLE = {
    "utf8_with_a_broken_byte": (GOOD.encode().splitlines(), "王".encode()[:2] + b",x"),
    "gbk_with_a_broken_byte": (GBK.splitlines(), b"M3,\xff\xff"),
    "gbk_line_in_utf8": (GOOD.encode().splitlines(), ",".join(ROWS[3]).encode("gb18030")),
    "utf8_line_in_gbk": (GBK.splitlines(), ",".join(ROWS[3]).encode()),
}


@pytest.mark.parametrize("kind", UNDECODABLE)
def test_a_line_in_no_or_another_encoding_is_kept_back_alone(
    healthy: dict[str, Any], server: SftpServer, kind: str
) -> None:
    lines, line = UNDECODABLE[kind]
    drop(server.folder, NAME, b"\r\n".join([*lines[:4], line, *lines[5:]]))
    receipt = take(server)
    assert (receipt.state, receipt.accepted, receipt.quarantined) == ("closed", 11, 1)
    (stray,) = [p for p in open_payloads().values() if p.get("_ragged")]
    assert (stray["_cause"], stray["_line"]) == ("encoding", 5)
    # The sender drops it anew, and the day is gathered again: what was missing is there.
    drop(server.folder, NAME, GBK)
    assert take(server).accepted > 0
    assert {row[0] for row in healthy["accepted"]} <= {row[0] for row in read_tables()["accepted"]}


STRAYS = {
    "too_few_cells": (member("M3")[:-1], "row_is_whole"),
    "too_many_cells": ([*member("M3"), "more"], "row_is_whole"),
    "nul": (member("M3", 姓名="a\0b"), "row_is_whole"),
    "no_key": (member(" "), "row_is_whole"),
    "key_of_three_thousand": (member(os.urandom(1500).hex()), "row_is_whole"),
    "name_of_a_thousand": (member("M3", 姓名="王" * 1000, 手机="13800138000"), "fields_bounded"),
}


@pytest.mark.parametrize("kind", STRAYS)
def test_a_broken_row_is_kept_back_and_the_others_go_on(
    healthy: dict[str, Any], server: SftpServer, kind: str
) -> None:
    row, rule = STRAYS[kind]
    rows = [*ROWS[:3], row, *ROWS[4:]]
    drop(server.folder, NAME, write_csv(MEMBERS, rows).encode("gb18030"))
    receipt = take(server)
    assert (receipt.state, receipt.received, receipt.accepted, receipt.quarantined) == (
        "closed", 12, 11, 1,
    )  # fmt: skip
    ((kept,),) = select(
        "select landed.source_key from quarantine.record join landing.version as landed"
        " using (version_id) where rule = %(rule)s and quarantine.record.state = 'open'",
        rule=rule,
    )
    payload = open_payloads()[kept]
    assert payload.get("_line") == 5 or payload["会员号"] == "M3"
    # The sender drops it anew, and the day is gathered again: what was missing is there.
    drop(server.folder, NAME, GBK)
    assert take(server).accepted > 0
    accepted = {row[0] for row in read_tables()["accepted"]}
    assert {row[0] for row in healthy["accepted"]} <= accepted


def write_rare(cell: str) -> str:
    return write_csv(MEMBERS, [member("M0", 姓名=cell, 手机="13800138000"), *ROWS[1:]])


GOES_ON: dict[str, tuple[bytes, str]] = {
    "utf8_with_mark": (UTF8, "王小明"),
    "utf8_without_mark": (GOOD.encode(), "王小明"),
    "rare_characters_in_gb18030": (write_rare("𠮷野家").encode("gb18030"), "𠮷野家"),
    "emoji": (write_rare("王😀👨‍👩‍👧").encode(), "王😀👨‍👩‍👧"),
    "quoted_newline": (write_rare('王\n"小"明').encode("gb18030"), '王\n"小"明'),
    "extra_column": (
        write_csv([*MEMBERS, "推荐\0人"], [[*row, "M9"] for row in ROWS]).encode("gb18030"),
        "王小明",
    ),
    "no_newline_at_the_end": (GBK.rstrip(b"\r\n"), "王小明"),
}


@pytest.mark.parametrize("kind", GOES_ON)
def test_what_is_only_odd_lands_word_for_word(hub: str, server: SftpServer, kind: str) -> None:
    content, name = GOES_ON[kind]
    drop(server.folder, NAME, content)
    receipt = take(server)
    assert (receipt.state, receipt.received) == ("closed", 12)
    assert receipt.quarantined == 0
    assert open_payloads()["pos/customer/M0"]["姓名"] == name
    ((unknown,),) = select("select unknown_fields from hub.gathered_window")
    assert unknown == ({"推荐%0000人": 12} if kind == "extra_column" else {})


def test_a_file_with_its_header_alone_is_a_day_without_rows(hub: str, server: SftpServer) -> None:
    drop(server.folder, NAME, write_csv(MEMBERS, []).encode("gb18030"))
    receipt = take(server)
    assert (receipt.state, receipt.received) == ("closed", 0)


LOGINS: dict[str, tuple[Callable[[], dict[str, str]], type[ChannelError], str]] = {
    "host_key": (
        lambda: {"host_key": make_key().export_public_key().decode()},
        ChannelRefusedError,
        "the server's host key is not the pinned one",
    ),
    "private_key": (
        lambda: {"private_key": make_key().export_private_key().decode()},
        ChannelRefusedError,
        "the log-in is refused",
    ),
}


@pytest.mark.parametrize("kind", LOGINS)
def test_a_changed_key_opens_no_window(
    healthy: dict[str, Any], server: SftpServer, kind: str
) -> None:
    make, expected, words = LOGINS[kind]
    drop(server.folder, NAME, GBK)
    with pytest.raises(expected) as caught:
        take(server, **make())
    check_text(caught.value, "pos", words, hidden=HIDDEN)
    assert select("select 1 from hub.gathered_window") == []
    take(server)
    assert read_tables() == healthy


BROKEN: dict[str, tuple[type[ChannelError], str]] = {
    "drop": (ChannelUnavailableError, "the SFTP server cannot be used"),
    "error500": (ChannelUnavailableError, "the SFTP server cannot be used"),
    "truncated": (ChannelContentError, f"{NAME} is not finished"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_server_that_fails_in_the_middle_of_a_day(
    hub: str, sandbox: SandboxProcess, kind: str
) -> None:
    secrets = sandbox.secrets["pos"]
    extra = {"private_key": secrets["private_key"], "host_key": secrets["host_public_key"]}
    access = Access(f"sftp://127.0.0.1:{sandbox.ports['pos']}", secrets["user"], extra=extra)
    window = {"start": midnight(16), "end": midnight(17)}
    assert run_window(CONFIG, FileDrop(CONFIG, access), **window).accepted == 12
    healthy = read_tables()
    start_over()
    # The marker and the first reading work; the reading of the rows does not.
    expected, words = BROKEN[kind]
    sandbox.fail("pos", kind, method="GET", path=f"{NAME}", after=1)
    with pytest.raises(expected) as caught:
        run_window(CONFIG, FileDrop(CONFIG, access), **window)
    check_text(caught.value, "pos", words, hidden=HIDDEN)
    check_nothing_is_half()
    sandbox.control("DELETE", "/faults").raise_for_status()
    run_window(CONFIG, FileDrop(CONFIG, access), **window)
    assert read_tables() == healthy


def test_a_server_that_is_down_opens_no_window(hub: str, tmp_path: Path) -> None:
    server = SftpServer(tmp_path, make_key(), make_key())
    drop(tmp_path, NAME, GBK)
    with server.running():
        gone = server.access()
    with pytest.raises(ChannelUnavailableError) as caught:
        run_window(CONFIG, FileDrop(CONFIG, gone), start=midnight(16), end=midnight(17))
    check_text(caught.value, "pos", "the SFTP server cannot be used", "is it up?", hidden=HIDDEN)
    assert select("select 1 from hub.gathered_window") == []
