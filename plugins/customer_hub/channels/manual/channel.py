"""The upload folder as a channel: filled templates, oldest first, read-only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access, Capabilities, Page, RawRecord, Standard
from customer_hub.channels.manual.reading import SUFFIXES, read_records
from customer_hub.core import clock
from customer_hub.core.errors import (
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
)

CAPABILITIES = {"customer": Capabilities("updated_since", shows_deletes=True, lists_ids=False)}
STANDARD = {
    "customer": Standard("customer_v2", "versioned", "shown", ("_author", "action")),
}
WRITABLE: dict[str, tuple[str, ...]] = {}
# What a spreadsheet leaves beside a workbook while it is open.
_HIDDEN = (".", "~$")


def open_channel(config: ChannelConfig, access: Access) -> "Manual":
    """Return the upload folder of `config`.

    Raises:
        ConfigurationError: the base URL is not file://, or extra `file` is not a plain file name.
    """
    return Manual(config, access)


@dataclass(frozen=True, slots=True, order=True)
class _Upload:
    """A file: when it was written (mtime) and when it came to be there (ctime), in nanoseconds.

    A rename, or a copy that keeps the times, brings a file long after it was written: only its
    ctime says when a run could first see it. What it says is as old as its writing.
    """

    mtime: int
    name: str
    ctime: int

    @property
    def written_at(self) -> datetime:
        return _to_moment(self.mtime)

    @property
    def came_at(self) -> datetime:
        return _to_moment(self.ctime)


def _to_moment(nanoseconds: int) -> datetime:
    # Whole microseconds: what PostgreSQL keeps.
    seconds, rest = divmod(nanoseconds // 1000, 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)


class Manual:
    """A folder of filled templates. The uploader is the log-in of the connection.

    Args:
        config: the channel.
        access: `base_url` is the folder (file://), `login` who uploaded, extra `file` the name of
            the one file to read; without it all files that came into the folder within the window.
    """

    def __init__(self, config: ChannelConfig, access: Access) -> None:
        address = urlsplit(access.base_url)
        self._name = config.name
        self._folder = Path(url2pathname(address.path))
        self._file = access.extra.get("file", "")
        self._author = access.login
        self._page_size = config.page_size
        is_plain = Path(self._file).name == self._file
        if address.scheme != "file" or not is_plain:
            raise ConfigurationError(
                "the upload folder must be a file:// URL and extra `file` a name inside it",
                where=f"connection of {config.name}",
                hint="see plugins/customer_hub/channels/manual/README.md",
            )

    def read_clock(self) -> datetime:
        """Return this machine's clock: uploads are dated by it."""
        return clock.now()

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield the rows of the uploads, oldest first; `seen_at` is when each was written.

        Raises:
            ChannelUnavailableError: the folder or the named file is not there.
            ChannelContentError: a file is not a filled template.
        """
        for upload in self._list_uploads(start, end):
            after = cursor or {"mtime": 0, "file": "", "row": 0}
            if (upload.mtime, upload.name) < (after["mtime"], after["file"]):
                continue
            is_same = (upload.mtime, upload.name) == (after["mtime"], after["file"])
            yield from self._read_upload(upload, int(after["row"]) if is_same else 0)

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """Uploads never show all that exist.

        Raises:
            ChannelRefusedError: always; deletes are rows with the action delete.
        """
        raise self._refuse("cannot be swept", 'set deletes = "shown" in its TOML')

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return None: uploads cannot be asked for one record."""
        return None

    def _list_uploads(self, start: datetime, end: datetime) -> list[_Upload]:
        try:
            paths = [self._folder / self._file] if self._file else sorted(self._folder.iterdir())
            found = [
                _Upload(stat.st_mtime_ns, path.name, stat.st_ctime_ns)
                for path in paths
                if path.suffix in SUFFIXES and not path.name.startswith(_HIDDEN)
                for stat in [path.stat()]
            ]
        except OSError as error:
            raise ChannelUnavailableError(
                f"the upload cannot be read: {error.strerror}",
                where=self._name,
                hint="is the file in the upload folder, and may the worker read it?",
            ) from None
        if self._file:
            return found
        return sorted(upload for upload in found if start <= upload.came_at < end)

    def _read_upload(self, upload: _Upload, row: int) -> Iterator[Page]:
        records = read_records(self._folder / upload.name, self._name, self._author)
        for _ in islice(records, row):
            pass
        while page := list(islice(records, self._page_size)):
            row += len(page)
            kept = {"mtime": upload.mtime, "file": upload.name, "row": row}
            yield Page(page, upload.written_at, kept)

    def _refuse(self, what: str, hint: str) -> ChannelRefusedError:
        return ChannelRefusedError(f"the channel of uploads {what}", where=self._name, hint=hint)
