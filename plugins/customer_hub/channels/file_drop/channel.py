"""The file drop as a channel: finished files by business day, read-only."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access, Page, RawRecord
from customer_hub.channels.file_drop.folder import Folder
from customer_hub.channels.file_drop.layout import Layout, find_layout
from customer_hub.channels.file_drop.places import open_folder
from customer_hub.channels.file_drop.proving import ProvenFile, open_proven
from customer_hub.channels.file_drop.receipts import GroupPlan, plan_groups
from customer_hub.channels.file_drop.records import make_records
from customer_hub.channels.file_drop.schedule import (
    DropFile,
    Listing,
    end_of_day,
    list_due,
    list_earlier,
    newest_end,
    take_listing,
)
from customer_hub.core.errors import ChannelRefusedError, ChannelUnavailableError


class FileDrop:
    """A folder into which another system drops its files; see README.md for the connection."""

    def __init__(self, config: ChannelConfig, access: Access) -> None:
        self._name = config.name
        self._access = access
        self._zone = ZoneInfo(config.timezone)
        self._page_size = config.page_size
        self._layouts = {entity: find_layout(config, entity) for entity in config.entities}

    def read_clock(self) -> datetime:
        """Return up to when finished files reach: the end of the newest business day.

        Raises:
            ChannelUnavailableError: there is no finished file.
        """
        with open_folder(self._name, self._access) as folder:
            listing = take_listing(folder, list(self._layouts.values()))
        end = newest_end(listing, list(self._layouts.values()), self._zone)
        if end is None:
            names = ", ".join(
                f"{layout.name}_YYYYMMDD.{layout.template.format}"
                for layout in self._layouts.values()
            )
            raise ChannelUnavailableError(
                f"there is no finished file ({names})",
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
        layout, layouts = self._layouts[entity], list(self._layouts.values())
        with open_folder(self._name, self._access) as folder:
            listing = take_listing(folder, layouts)
            due = list_due(
                listing,
                layout,
                layouts,
                self._zone,
                start,
                end,
                channel=self._name,
            )
            after = cursor or {"file": "", "row": 0, "sha256": ""}
            for file in due:
                if file.name >= after["file"]:
                    with open_proven(folder, layout, file.name, listing, self._name) as proven:
                        yield from self._read_file(folder, layout, file, listing, proven, after)

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """A drop shows changes only, never all that exist.

        Raises:
            ChannelRefusedError: always; deletes are shown in the files.
        """
        raise self._refuse("cannot be swept", 'set deletes = "shown" in its TOML')

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return None: a drop cannot be asked for one record."""
        return None

    def _read_file(
        self,
        folder: Folder,
        layout: Layout,
        file: DropFile,
        listing: Listing,
        proven: ProvenFile,
        after: dict[str, Any],
    ) -> Iterator[Page]:
        plan = GroupPlan()
        if layout.is_grouped:
            plan = self._plan_groups(folder, layout, file, listing, proven)
        records = make_records(layout, proven.read_rows(), plan, name=file.name, zone=self._zone)
        # A file that was dropped anew since the cursor was kept is another file.
        is_same = (after["file"], after["sha256"]) == (file.name, proven.sha256)
        row = int(after["row"]) if is_same else 0
        for _ in islice(records, row):
            pass
        while page := list(islice(records, self._page_size)):
            row += len(page)
            kept = {"file": file.name, "row": row, "sha256": proven.sha256}
            yield Page(page, end_of_day(file.day, self._zone), kept)

    def _plan_groups(
        self,
        folder: Folder,
        layout: Layout,
        file: DropFile,
        listing: Listing,
        proven: ProvenFile,
    ) -> GroupPlan:
        plan = plan_groups(layout, proven.read_rows(), file.day, self._zone)
        if plan.opened_on:
            since = min(plan.opened_on.values())
            for earlier in list_earlier(listing, layout, file, since):
                with open_proven(folder, layout, earlier.name, listing, self._name) as found:
                    plan.add_earlier(layout, found.read_rows())
        return plan

    def _refuse(self, what: str, hint: str) -> ChannelRefusedError:
        return ChannelRefusedError(f"a file drop {what}", where=self._name, hint=hint)
