"""The tills' files arrive over a real SFTP server, finished and in their encodings."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

import paramiko
import pytest

from local.sandbox.pos import MEMBER_COLUMNS, SALE_COLUMNS
from local.sandbox.process import SandboxProcess


@contextmanager
def log_in(
    sandbox: SandboxProcess, key: paramiko.PKey | None = None, user: str | None = None
) -> Iterator[paramiko.SFTPClient]:
    secrets = sandbox.secrets["pos"]
    kind, text = secrets["host_public_key"].split()[:2]
    host_key = paramiko.Ed25519Key(data=base64.b64decode(text))
    assert kind == "ssh-ed25519"
    transport = paramiko.Transport(("127.0.0.1", sandbox.ports["pos"]))
    own_key = key or paramiko.Ed25519Key.from_private_key(io.StringIO(secrets["private_key"]))
    try:
        transport.connect(hostkey=host_key, username=user or secrets["user"], pkey=own_key)
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None
        yield client
    finally:
        transport.close()


def read(client: paramiko.SFTPClient, name: str) -> bytes:
    with client.open(name) as handle:
        return handle.read()


def rows_of(content: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding))))


def test_each_day_leaves_two_finished_files(sandbox: SandboxProcess) -> None:
    with log_in(sandbox) as client:
        names = sorted(client.listdir("/"))
        days = ("20261116", "20261117", "20261118")
        files = [f"{kind}_{day}.csv" for kind in ("members", "sales") for day in days]
        assert names == sorted(["inbox", *files, *(f"{name}.done" for name in files)])
        for name in files:
            digest = hashlib.sha256(read(client, name)).hexdigest()
            assert read(client, f"{name}.done").decode().strip() == digest


def test_members_are_gb18030_and_sales_utf8_with_bom(sandbox: SandboxProcess) -> None:
    with log_in(sandbox) as client:
        members = read(client, "/members_20261116.csv")
        sales = read(client, "/sales_20261116.csv")
        plain = read(client, "/members_20261117.csv")
    assert members.decode("gb18030").splitlines()[0].split(",") == list(MEMBER_COLUMNS)
    assert [row["姓名"] for row in rows_of(members, "gb18030")] == ["李雷", "李雷", "𠮷野"]
    with pytest.raises(UnicodeDecodeError):
        members.decode("gbk")
    assert plain.decode("gbk") == plain.decode("gb18030")
    assert sales.startswith(b"\xef\xbb\xbf")
    assert sales.decode("utf-8-sig").splitlines()[0].split(",") == list(SALE_COLUMNS)


def test_a_file_holds_the_rows_of_its_day(sandbox: SandboxProcess) -> None:
    with log_in(sandbox) as client:
        second = rows_of(read(client, "/members_20261117.csv"), "gbk")
        nothing = rows_of(read(client, "/sales_20261118.csv"), "utf-8-sig")
    found = {row["会员号"]: (row["姓名"], row["状态"]) for row in second}
    assert found == {"M1": ("韩梅梅", "正常"), "M2": ("李雷", "注销")}
    assert next(row for row in second if row["会员号"] == "M2")["更新时间"] == "2026-11-17 13:00:00"
    assert nothing == []


def test_only_the_right_key_and_user_get_in(sandbox: SandboxProcess) -> None:
    stranger = paramiko.ECDSAKey.generate()
    with pytest.raises(paramiko.AuthenticationException), log_in(sandbox, stranger):
        pass
    with pytest.raises(paramiko.AuthenticationException), log_in(sandbox, user="root"):
        pass


def test_a_client_that_pins_another_host_key_refuses(sandbox: SandboxProcess) -> None:
    transport = paramiko.Transport(("127.0.0.1", sandbox.ports["pos"]))
    other = paramiko.ECDSAKey.generate()
    with pytest.raises(paramiko.SSHException, match="host key"):
        transport.connect(hostkey=other, username="pos")
    transport.close()


def test_nothing_outside_the_outbox_can_be_seen(sandbox: SandboxProcess) -> None:
    with log_in(sandbox) as client, pytest.raises(FileNotFoundError):
        client.listdir("/../../..//etc/ssh")


def test_the_files_can_not_be_changed_and_the_inbox_can(sandbox: SandboxProcess) -> None:
    with log_in(sandbox) as client:
        for act in (
            lambda: client.remove("/sales_20261116.csv"),
            lambda: client.rename("/sales_20261116.csv", "/inbox/sales.csv"),
            lambda: client.posix_rename("/inbox/../sales_20261116.csv", "/x.csv"),
            lambda: client.open("/new.csv", "w"),
            lambda: client.open("/inbox/../new.csv", "w"),
            lambda: client.chmod("/sales_20261116.csv", 0),
        ):
            with pytest.raises(PermissionError):
                act()
        with client.open("/inbox/levels.csv.part", "w") as handle:
            handle.write("会员号\n")
        client.posix_rename("/inbox/levels.csv.part", "/inbox/levels.csv")
    assert (sandbox.state / "pos/outbox/inbox/levels.csv").read_text() == "会员号\n"


def test_no_command_is_run(sandbox: SandboxProcess) -> None:
    with log_in(sandbox) as client:
        channel = client.get_channel()
        assert channel is not None
        session = channel.get_transport().open_session()
        with pytest.raises(paramiko.SSHException):
            session.exec_command("id")


def test_faults_of_the_tills(sandbox: SandboxProcess) -> None:
    sandbox.fail("pos", "truncated", count=1, path="members_20261116.csv")
    with log_in(sandbox) as client:
        whole_size = client.stat("/members_20261116.csv").st_size or 0
        assert len(read(client, "/members_20261116.csv")) == whole_size // 2
        assert len(read(client, "/members_20261116.csv")) == whole_size
        sandbox.fail("pos", "error500", count=1, path="sales")
        with pytest.raises(OSError, match="failed"):
            read(client, "/sales_20261116.csv")
    sandbox.fail("pos", "drop", count=1, method="GET")
    with pytest.raises((OSError, EOFError, paramiko.SSHException)), log_in(sandbox) as client:
        read(client, "/sales_20261116.csv")
    sandbox.fail("pos", "drop", count=1, method="CONNECT")
    with pytest.raises((OSError, EOFError, paramiko.SSHException)), log_in(sandbox):
        pass
    with log_in(sandbox) as client:
        assert read(client, "/sales_20261116.csv")
    assert sandbox.control("DELETE", "/faults").status_code == 200
