"""The file drop as a channel: finished files by business day, read-only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import (
    Access,
    Capabilities,
    Page,
    RawRecord,
    Standard,
    WriteResult,
)
from customer_hub.channels.csv_file import Proof, Row, prove_file, read_rows
from customer_hub.channels.file_drop.folder import Folder, open_folder
from customer_hub.channels.file_drop.layout import Layout, find_layout
from customer_hub.channels.file_drop.receipts import GroupPlan, plan_groups
from customer_hub.channels.file_drop.records import make_records
from customer_hub.channels.file_drop.schedule import (
    DONE,
    DropFile,
    end_of_day,
    list_due,
    list_earlier,
    newest_end,
    read_marker,
)
from customer_hub.core.errors import ChannelRefusedError, ChannelUnavailableError

CAPABILITIES = {
    name: Capabilities("updated_since", largest_page=1000, shows_deletes=True, lists_ids=False)
    for name in ("customer", "sales_order")
}
STANDARD = {
    "customer": Standard("members", "versioned", "shown"),
    "sales_order": Standard("sales", "versioned"),
}
WRITABLE: dict[str, tuple[str, ...]] = {}


def open_channel(config: ChannelConfig, access: Access) -> "FileDrop":
    """Return the drop of `config`, not yet connected.

    Raises:
        ConfigurationError: an entity has no file layout.
    """
    return FileDrop(config, access)


class FileDrop:
    """A folder into which another system drops its files; see README.md for the connection."""

    def __init__(self, config: ChannelConfig, access: Access) -> None:
        self._name = config.name
        self._access = access
        self._zone = ZoneInfo(config.timezone)
        self._page_size = config.page_size
        self._layouts = {
            entity: find_layout(config.name, entity, setting.remote)
            for entity, setting in config.entities.items()
        }

    def read_clock(self) -> datetime:
        """Return up to when finished files reach: the end of the newest business day.

        Raises:
            ChannelUnavailableError: there is no finished file.
        """
        with open_folder(self._name, self._access) as folder:
            end = newest_end(folder.list_names(), self._layout_names(), self._zone)
        if end is None:
            raise ChannelUnavailableError(
                "there is no finished file (NAME_YYYYMMDD.csv with its .done marker)",
                where=self._name,
                hint="is the path right, and has the sender run?",
            )
        return end

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield the files of [start, end) by business day, in pages, going on after `cursor`.

        `seen_at` is the end of the file's business day.

        Raises:
            ChannelUnavailableError: the server fails, or a file is missing or not finished.
            ChannelRefusedError: another host key, or the log-in is refused.
            ChannelContentError: a file is truncated, cannot be decoded, or lacks a column.
        """
        layout = self._layouts[entity]
        with open_folder(self._name, self._access) as folder:
            names = folder.list_names()
            due = list_due(
                names,
                layout.name,
                self._layout_names(),
                self._zone,
                start,
                end,
                channel=self._name,
            )
            after = cursor or {"file": "", "row": 0, "sha256": ""}
            for file in due:
                if file.name >= after["file"]:
                    yield from self._read_file(folder, layout, file, names, after)

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """A drop shows changes only, never all that exist.

        Raises:
            ChannelRefusedError: always; deletes are shown in the files.
        """
        raise self._refuse("cannot be swept", 'set deletes = "shown" in its TOML')

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return None: a drop cannot be asked for one record."""
        return None

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        """Return nothing: the hub writes nowhere in a drop."""
        return {}

    def update(self, entity: str, source_id: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Refuse: a drop is read-only.

        Raises:
            ChannelRefusedError: always.
        """
        raise self._refuse("is read-only", "set publish = false in its TOML")

    def create(self, entity: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Refuse: a drop is read-only.

        Raises:
            ChannelRefusedError: always.
        """
        raise self._refuse("is read-only", "set publish = false in its TOML")

    def find_by_hub_id(self, entity: str, hub_id: str) -> str | None:
        """Return None: no record of a drop carries a hub id."""
        return None

    def _read_file(
        self,
        folder: Folder,
        layout: Layout,
        file: DropFile,
        names: Sequence[str],
        after: dict[str, Any],
    ) -> Iterator[Page]:
        proof = self._prove(folder, file)
        plan = GroupPlan()
        if layout.is_grouped:
            plan = self._plan_groups(folder, layout, file, proof, names)
        records = make_records(
            layout,
            self._read_rows(folder, layout, file, proof),
            plan,
            name=file.name,
            zone=self._zone,
        )
        # A file that was dropped anew since the cursor was kept is another file.
        is_same = (after["file"], after["sha256"]) == (file.name, proof.sha256)
        row = int(after["row"]) if is_same else 0
        for _ in islice(records, row):
            pass
        while page := list(islice(records, self._page_size)):
            row += len(page)
            kept = {"file": file.name, "row": row, "sha256": proof.sha256}
            yield Page(page, end_of_day(file.day, self._zone), kept)

    def _plan_groups(
        self,
        folder: Folder,
        layout: Layout,
        file: DropFile,
        proof: Proof,
        names: Sequence[str],
    ) -> GroupPlan:
        rows = self._read_rows(folder, layout, file, proof)
        plan = plan_groups(layout, rows, file.day, self._zone)
        if plan.opened_on:
            since = min(plan.opened_on.values())
            for earlier in list_earlier(names, file, since):
                found = self._read_rows(folder, layout, earlier, self._prove(folder, earlier))
                plan.add_earlier(layout, found)
        return plan

    def _prove(self, folder: Folder, file: DropFile) -> Proof:
        with folder.open_file(f"{file.name}{DONE}") as marker:
            sha256 = read_marker(marker.read(200), file.name, self._name)
        with folder.open_file(file.name) as content:
            return prove_file(content, file.name, self._name, sha256=sha256)

    def _read_rows(
        self, folder: Folder, layout: Layout, file: DropFile, proof: Proof
    ) -> Iterator[Row]:
        with folder.open_file(file.name) as content:
            yield from read_rows(content, file.name, proof, layout.columns, self._name)

    def _layout_names(self) -> list[str]:
        return [layout.name for layout in self._layouts.values()]

    def _refuse(self, what: str, hint: str) -> ChannelRefusedError:
        return ChannelRefusedError(f"a file drop {what}", where=self._name, hint=hint)
