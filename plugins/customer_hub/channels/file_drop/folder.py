"""A folder that can be listed and read: on this machine, or over SFTP. Never written to."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from customer_hub.channels.contract import Access
from customer_hub.core.errors import ChannelUnavailableError, ConfigurationError, HubError


class Folder(Protocol):
    """An open folder."""

    def list_names(self) -> list[str]:
        """Return the names of all files in it."""

    def open_file(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open one of them for reading; errors of the transport are ChannelUnavailableError."""


class LocalFolder:
    """A folder on this machine (file://), as of a mounted share."""

    def __init__(self, path: Path, channel: str) -> None:
        self._path = path
        self._channel = channel

    def list_names(self) -> list[str]:
        """Return the names of all files in it."""
        with self._translate_errors():
            return sorted(entry.name for entry in self._path.iterdir() if entry.is_file())

    @contextmanager
    def open_file(self, name: str) -> Iterator[BinaryIO]:
        """Open one file for reading."""
        with self._translate_errors(), (self._path / name).open("rb") as file:
            yield file

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except HubError:
            raise
        except OSError as error:
            raise ChannelUnavailableError(
                f"the folder cannot be read: {error.strerror}",
                where=self._channel,
                hint="is the share mounted, and may the worker read it?",
            ) from None


def local_path(access: Access) -> Path:
    """Return the path of a file:// base URL."""
    return Path(url2pathname(urlsplit(access.base_url).path))


@contextmanager
def open_folder(channel: str, access: Access) -> Iterator[Folder]:
    """Open the folder that `access` names; closed at the end of the block.

    Raises:
        ConfigurationError: the base URL is neither file:// nor sftp://.
        ChannelRefusedError: the server is not the pinned one, or refuses the log-in.
        ChannelUnavailableError: it cannot be reached.
    """
    scheme = urlsplit(access.base_url).scheme
    if scheme == "file":
        yield LocalFolder(local_path(access), channel)
    elif scheme == "sftp":
        # paramiko is only loaded where a file is really fetched.
        from customer_hub.channels.file_drop.sftp import open_sftp

        with open_sftp(channel, access) as folder:
            yield folder
    else:
        raise ConfigurationError(
            f"a file drop is reached by sftp:// or file://, not {scheme}://",
            where=channel,
            hint="see plugins/customer_hub/channels/file_drop/README.md, connection",
        )
