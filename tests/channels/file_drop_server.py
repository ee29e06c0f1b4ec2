"""A real SFTP server on loopback, and the files that a sender drops behind it."""

import asyncio
import csv
import hashlib
import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncssh

from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.channels.contract import Access, Page, RawRecord
from local.sandbox.pos import MEMBER_COLUMNS as MEMBERS
from local.sandbox.pos import SALE_COLUMNS as SALES


def make_key() -> asyncssh.SSHKey:
    """A fresh key pair."""
    return asyncssh.generate_private_key("ssh-ed25519")


class SftpServer:
    """Serves `folder` to the one user `pos` with one key.

    Args:
        folder: what is served, as its root.
        host_key: by which clients know it.
        user_key: the only key that is let in.
    """

    def __init__(self, folder: Path, host_key: asyncssh.SSHKey, user_key: asyncssh.SSHKey) -> None:
        self.folder = folder
        self.host_key = host_key
        self.user_key = user_key
        self.port = 0
        self.opened: list[str] = []
        self._loop = asyncio.new_event_loop()

    @contextmanager
    def running(self) -> Iterator["SftpServer"]:
        """Listen on a free port until the end of the block."""
        listening = threading.Event()
        thread = threading.Thread(target=self._serve, args=(listening,), daemon=True)
        thread.start()
        assert listening.wait(10)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(10)

    def access(self, **changes: str) -> Access:
        """How to reach it; `changes` overrule extra."""
        extra = {
            "host_key": self.host_key.export_public_key().decode(),
            "private_key": self.user_key.export_private_key().decode(),
        }
        return Access(f"sftp://127.0.0.1:{self.port}", login="pos", extra={**extra, **changes})

    def _serve(self, listening: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        listening.set()
        self._loop.run_forever()
        self._loop.close()

    async def _listen(self) -> None:
        outer = self

        class Rooted(asyncssh.SFTPServer):
            def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
                super().__init__(chan, chroot=str(outer.folder).encode())

            def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
                outer.opened.append(path.decode())
                return super().open(path, pflags, attrs)

        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(
                self.user_key.export_public_key().decode()
            ),
            sftp_factory=Rooted,
        )
        self.port = server.sockets[0].getsockname()[1]


def member(number: str, changed: str = "2026-11-16 10:00:00", **cells: str) -> list[str]:
    """One row of a members file; other cells are blank."""
    given = {"会员号": number, "会员类型": "个人", "状态": "正常", "更新时间": changed, **cells}
    return [given.get(column, "") for column in MEMBERS]


def sale(receipt: str, line: str, **cells: str) -> list[str]:
    """One row of a sales file."""
    given = {
        "小票号": receipt,
        "行号": line,
        "交易时间": "2026-11-16 10:00:00",
        "更新时间": "2026-11-16 10:00:00",
        "金额": "10.50",
        "币种": "CNY",
        "支付方式": "微信",
        "退货标志": "0",
        **cells,
    }
    return [given.get(column, "") for column in SALES]


def write_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The text of a file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def drop(folder: Path, name: str, content: bytes, *, is_done: bool = True) -> None:
    """Drop a file as the sender does, with its marker last."""
    (folder / name).write_bytes(content)
    if is_done:
        (folder / f"{name}.done").write_text(hashlib.sha256(content).hexdigest() + "\n")


def drop_members(folder: Path, day: str, *rows: Sequence[str]) -> None:
    """Drop a members file in GB18030."""
    drop(folder, f"members_{day}.csv", write_csv(MEMBERS, rows).encode("gb18030"))


def drop_sales(folder: Path, day: str, *rows: Sequence[str]) -> None:
    """Drop a sales file in UTF-8 with BOM."""
    drop(folder, f"sales_{day}.csv", write_csv(SALES, rows).encode("utf-8-sig"))


def pos_config(**changes: object) -> ChannelConfig:
    """The channel as it is configured, with `changes`."""
    return read_channel("pos").model_copy(update=changes)


def all_records(pages: Iterator[Page]) -> list[RawRecord]:
    """The records of all pages."""
    return [record for page in pages for record in page.records]
