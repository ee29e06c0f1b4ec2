"""The three places of a drop and its two formats, to run the same assertions over all of them."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access
from customer_hub.channels.template import Template
from local.stack.seaweed import Seaweed
from tests.channels.file_drop_server import SftpServer, drop, make_key, pos_config
from tests.conftest import BUCKET

PLACES, FORMATS = ("folder", "sftp", "s3"), ("csv", "xlsx")
_TYPED = {"交易时间", "更新时间", "开卡时间"}


@dataclass
class FolderPlace:
    """A folder of this machine, or one behind an SFTP server."""

    folder: Path
    server: SftpServer | None = None

    def put(self, name: str, content: bytes, *, is_done: bool = True) -> None:
        """Drop a file, with its marker last."""
        drop(self.folder, name, content, is_done=is_done)

    def access(self, **changes: str) -> Access:
        """How to reach it."""
        return self.server.access(**changes) if self.server else Access(self.folder.as_uri())


@dataclass
class S3Place:
    """A prefix of its own in the tests' bucket."""

    seaweed: Seaweed
    prefix: str
    bucket: str = BUCKET

    def put(self, name: str, content: bytes, *, is_done: bool = True) -> None:
        """Drop an object, with its marker last."""
        client = self.seaweed.client()
        client.put_object(Bucket=self.bucket, Key=f"{self.prefix}/{name}", Body=content)
        if is_done:
            sha256 = hashlib.sha256(content).hexdigest().encode()
            client.put_object(Bucket=self.bucket, Key=f"{self.prefix}/{name}.done", Body=sha256)

    def access(self, **changes: str) -> Access:
        """How to reach it; `changes` overrule extra."""
        extra = {
            "endpoint_url": self.seaweed.endpoint_url,
            "region_name": "us-east-1",
            "addressing_style": "path",
            "allow_insecure": "true",
        }
        return Access(
            f"s3://{self.bucket}/{self.prefix}",
            self.seaweed.access_key,
            self.seaweed.secret_key,
            {**extra, **changes},
        )


Place = FolderPlace | S3Place


@contextmanager
def open_place(kind: str, folder: Path, seaweed: Any) -> Iterator[Place]:
    """A place of that kind, empty; `seaweed` is called for the server of S3 only."""
    if kind == "s3":
        yield S3Place(seaweed(), f"drop-{secrets.token_hex(6)}/nightly")
        return
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "folder":
        yield FolderPlace(folder)
        return
    with SftpServer(folder, make_key(), make_key()).running() as server:
        yield FolderPlace(folder, server)


def drop_config(file_format: str = "csv", **changes: Any) -> ChannelConfig:
    """The tills' channel with files of that format; `changes` are of all its templates."""
    config = pos_config(page_size=5)
    entities = {}
    for name, entity in config.entities.items():
        assert entity.template is not None
        given = entity.template.model_dump(exclude_unset=True)
        template = Template(**{**given, "format": file_format, **changes})
        entities[name] = entity.model_copy(update={"template": template})
    return config.model_copy(update={"entities": entities})


def write_xlsx(
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    above: Sequence[Sequence[Any]] = (),
    typed: bool = True,
) -> bytes:
    """The bytes of a workbook; times become real dates if `typed`."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in above:
        page.append(row)
    page.append(list(header))
    for row in rows:
        page.append(
            [
                _to_moment(cell) if typed and name in _TYPED else cell
                for name, cell in zip_longest(header[: len(row)], row)
            ]
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _to_moment(cell: Any) -> datetime | date | None:
    return datetime.fromisoformat(cell) if isinstance(cell, str) and cell else cell or None
