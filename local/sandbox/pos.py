"""The tills: nightly CSV files dropped over SFTP, made from the world's events.

Members come in GB18030 (which is GBK for every name that GBK can write), sales in UTF-8 with BOM,
both with Chinese headers and naive local time. A file appears as NAME.part, is renamed, and
NAME.done with its SHA-256 follows. The folder can be read; only /inbox can be written.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import os
import socket
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

import asyncssh

from local.sandbox.clock import BUSINESS_ZONE, SandboxClock, utc_stamp
from local.sandbox.faults import Fault, Faults
from local.sandbox.store import Body, Event, Key, Record, Store
from local.sandbox.web import CallLog

MEMBER_COLUMNS = (
    *("会员号", "姓名", "会员类型", "公司名称", "统一社会信用代码", "手机", "固定电话", "传真"),
    *("邮箱", "证件类型", "证件号码", "生日", "省", "市", "区", "地址", "邮编", "行业", "等级"),
    *("开卡时间", "更新时间", "状态", "备注", "标签"),
)
SALE_COLUMNS = (
    *("小票号", "门店", "交易时间", "会员号", "行号", "商品编码", "商品名称", "类别", "数量"),
    *("单价", "金额", "优惠", "支付方式", "币种", "退货标志", "更新时间", "来源订单"),
)
_FORMS = {"members": (MEMBER_COLUMNS, "gb18030"), "sales": (SALE_COLUMNS, "utf-8-sig")}
_DROP_TIME = time(0, 10)
_WRITE_FLAGS = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC | asyncssh.FXF_APPEND
_NEVER_SECONDS = 3600


def absorb_event(before: Record | None, event: Event) -> Record:
    """Return the row after an event; a member who leaves keeps a row with 状态 = 注销."""
    is_deleted = event.op == "delete"
    # A row of the world is whole: what it lacks is missing from the file, too (a ragged row).
    body = {**(before.body if before and is_deleted else {}), **event.record}
    if is_deleted:
        moment = datetime.fromisoformat(utc_stamp(event.at) + "+00:00")
        body["更新时间"] = moment.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        if "小票号" not in body:
            body["状态"] = "注销"
    return Record(event.key, utc_stamp(event.at), body, is_deleted)


def _cells(columns: Sequence[str], row: Body) -> list[str]:
    """Return a row's cells up to its last column: a row that lacks trailing ones is ragged."""
    last = max((place for place, column in enumerate(columns) if column in row), default=-1)
    return [row.get(column, "") for column in columns[: last + 1]]


class FileDrop:
    """Writes the days' files into the outbox."""

    def __init__(self, outbox: Path, store: Store, clock: SandboxClock) -> None:
        """Write into `outbox`, which also holds the inbox."""
        self._outbox = outbox
        self._store = store
        self._clock = clock
        (outbox / "inbox").mkdir(parents=True, exist_ok=True)

    def drop(self, events: list[Event], after_day: int, upto_day: int) -> None:
        """Write both files of each day in (after_day, upto_day], without rows where none came."""
        rows: dict[tuple[int, str], dict[Key, Body]] = defaultdict(dict)
        standing: dict[tuple[str, Key], Record] = {}
        for event in events:
            key = (event.entity, event.key)
            before = standing.get(key) or self._store.get(event.entity, event.key)
            standing[key] = absorb_event(before, event)
            body = standing[key].body
            kind = "sales" if "小票号" in body else "members"
            rows[event.day, kind][event.key] = body
        for day in range(after_day + 1, upto_day + 1):
            for kind in _FORMS:
                self._write(day, kind, list(rows[day, kind].values()))

    def _write(self, day: int, kind: str, rows: list[Body]) -> None:
        columns, encoding = _FORMS[kind]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(_cells(columns, row) for row in rows)
        content = text.getvalue().encode(encoding)
        business_date = self._clock.business_date(day)
        name = f"{kind}_{business_date:%Y%m%d}.csv"
        dropped = datetime.combine(business_date + timedelta(days=1), _DROP_TIME, BUSINESS_ZONE)
        part = self._outbox / f"{name}.part"
        part.write_bytes(content)
        os.utime(part, (dropped.timestamp(), dropped.timestamp()))
        part.replace(self._outbox / name)
        done = self._outbox / f"{name}.done"
        done.write_text(hashlib.sha256(content).hexdigest() + "\n")
        os.utime(done, (dropped.timestamp(), dropped.timestamp()))


class _LogIn(asyncssh.SSHServer):
    """Lets one user in by one key, never by a password."""

    def __init__(self, user: str, key: asyncssh.SSHKey, faults: Faults, log: CallLog) -> None:
        self._user = user
        self._key = key
        self._faults = faults
        self._log = log

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        fault = self._faults.take("pos", "CONNECT", "/")
        if fault is not None and fault.kind == "drop":
            self._log.add("pos", "CONNECT", "/", "drop")
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        is_known = username == self._user and key.public_data == self._key.public_data
        self._log.add("pos", "LOGIN", "/", "ok" if is_known else "refused")
        return is_known


class _Folder(asyncssh.SFTPServer):
    """The outbox over SFTP, from which nothing can be taken away."""

    def __init__(self, chan: Any, outbox: Path, faults: Faults, log: CallLog) -> None:
        super().__init__(chan, chroot=os.fsencode(outbox))
        self._faults = faults
        self._log = log

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        is_write = bool(pflags & _WRITE_FLAGS)
        if is_write:
            self._demand_inbox(path)
        fault = None if is_write else self._faults.take("pos", "GET", os.fsdecode(path))
        shown = os.fsdecode(path).rpartition("/")[2].partition("_")[0]
        self._log.add("pos", "PUT" if is_write else "GET", shown, fault.kind if fault else "ok")
        if fault is not None:
            await self._fail(fault)
        opened: IO[bytes] = super().open(path, pflags, attrs)  # type: ignore[assignment]
        return _halve(opened) if fault is not None and fault.kind == "truncated" else opened

    def remove(self, path: bytes) -> None:
        self._demand_inbox(path)
        super().remove(path)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._demand_inbox(oldpath, newpath)
        super().rename(oldpath, newpath)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._demand_inbox(oldpath, newpath)
        super().posix_rename(oldpath, newpath)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        self._demand_inbox(path)
        super().mkdir(path, attrs)

    def rmdir(self, path: bytes) -> None:
        self._demand_inbox(path)
        super().rmdir(path)

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs, **options: Any) -> None:
        self._demand_inbox(path)
        super().setstat(path, attrs, **options)

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("links are not allowed")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("links are not allowed")

    def _demand_inbox(self, *paths: bytes) -> None:
        inside = self.map_path(b"/inbox") + b"/"
        for path in paths:
            if not self.map_path(path).startswith(inside):
                raise asyncssh.SFTPPermissionDenied("only /inbox can be written")

    async def _fail(self, fault: Fault) -> None:
        if fault.kind == "timeout":
            await asyncio.sleep(_NEVER_SECONDS)
        if fault.kind == "drop":
            self.connection.abort()
        if fault.kind in ("error500", "drop", "throttle"):
            raise asyncssh.SFTPFailure("the server has failed")


class TillServer:
    """The SFTP server of one outbox."""

    def __init__(self, outbox: Path, secrets: dict[str, str], faults: Faults, log: CallLog) -> None:
        """Serve `outbox` to the one user whose public key stands in `secrets`."""
        self._outbox = outbox
        self._secrets = secrets
        self._faults = faults
        self._log = log

    async def listen(self, listener: socket.socket) -> asyncssh.SSHAcceptor:
        """Serve on a bound socket until the acceptor is closed."""
        user = self._secrets["user"]
        public_key = asyncssh.import_public_key(self._secrets["public_key"])
        host_key = asyncssh.import_private_key(self._secrets["host_private_key"])
        return await asyncssh.listen(
            sock=listener,
            server_factory=lambda: _LogIn(user, public_key, self._faults, self._log),
            server_host_keys=[host_key],
            sftp_factory=lambda chan: _Folder(chan, self._outbox, self._faults, self._log),
            allow_scp=False,
        )


def _halve(opened: IO[bytes]) -> IO[bytes]:
    """Return a file that ends after the first half, as one that is still being written does."""
    with opened:
        content = opened.read()
    half = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - the client closes it
    half.write(content[: len(content) // 2])
    half.seek(0)
    return half
