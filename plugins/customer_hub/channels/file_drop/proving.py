"""A file of the drop, proven whole before a row of it is believed, whatever its format."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from customer_hub.channels.csv_file import CsvForm, prove_file, read_rows
from customer_hub.channels.file_drop.folder import Folder
from customer_hub.channels.file_drop.layout import Layout
from customer_hub.channels.file_drop.schedule import DONE, Listing, read_marker
from customer_hub.channels.file_rows import Row
from customer_hub.channels.xlsx_file import SheetForm, open_workbook
from customer_hub.core.errors import ChannelUnavailableError


@dataclass(frozen=True, slots=True)
class ProvenFile:
    """A whole file: its sha256, and its rows as often as they are wanted."""

    sha256: str
    read_rows: Callable[[], Iterator[Row]]


@contextmanager
def open_proven(
    folder: Folder, layout: Layout, name: str, listing: Listing, channel: str
) -> Iterator[ProvenFile]:
    """Prove a finished file; its rows can be read until the end of the block.

    Raises:
        ChannelUnavailableError: the transport fails, or the file is not the one that was listed.
        ChannelContentError: it is truncated, damaged, or cannot be decoded.
    """
    sha256 = _read_sha256(folder, layout, name, channel)
    template = layout.template
    if template.format == "xlsx":
        sheet = SheetForm(template.header, template.sheet, template.decimal)
        with (
            folder.open_file(name) as content,
            open_workbook(content, name, sheet, channel, sha256=sha256) as book,
        ):
            _check_size(listing, name, book.size, channel)
            yield ProvenFile(book.sha256, book.read_rows)
        return
    form = CsvForm(template.header, template.list_encodings(), template.delimiter)
    with folder.open_file(name) as content:
        proof = prove_file(content, name, form, channel, sha256=sha256)
    _check_size(listing, name, proof.size, channel)

    def read_again() -> Iterator[Row]:
        with folder.open_file(name) as content:
            yield from read_rows(content, name, proof, form, channel)

    yield ProvenFile(proof.sha256, read_again)


def _read_sha256(folder: Folder, layout: Layout, name: str, channel: str) -> str | None:
    if layout.template.stable_seconds is not None:
        return None
    with folder.open_file(f"{name}{DONE}") as marker:
        return read_marker(marker.read(200), name, channel)


def _check_size(listing: Listing, name: str, size: int, channel: str) -> None:
    if size != listing.files[name].size:
        raise ChannelUnavailableError(
            f"{name} grows while it is read: {listing.files[name].size} bytes became {size}",
            where=channel,
            hint="run again when its sender is done",
        )
