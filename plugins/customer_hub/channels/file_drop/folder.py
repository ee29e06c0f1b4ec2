"""What a place of files must be able to do: be listed and read. It is never written to."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as a folder lists it: a file that grows or is replaced is listed otherwise.

    Args:
        size: in bytes.
        stamp: its time of modification, or its ETag.
    """

    size: int
    stamp: str


class Folder(Protocol):
    """An open folder."""

    def list_files(self) -> dict[str, Listed]:
        """Return all files in it by name."""

    def open_file(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open one of them for reading; errors of the transport are ChannelUnavailableError."""
