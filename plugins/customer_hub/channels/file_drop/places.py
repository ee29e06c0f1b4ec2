"""Where a drop may be: in a folder of this machine, over SFTP, or on S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from customer_hub.channels.contract import Access
from customer_hub.channels.file_drop.folder import Folder, Listed
from customer_hub.core.errors import ChannelUnavailableError, ConfigurationError, HubError


class LocalFolder:
    """A folder on this machine (file://), as of a mounted share."""

    def __init__(self, path: Path, channel: str) -> None:
        self._path = path
        self._channel = channel

    def list_files(self) -> dict[str, Listed]:
        """Return all files in it by name."""
        with self._translate_errors():
            found = [(path.name, path.stat()) for path in self._path.iterdir() if path.is_file()]
        return {name: Listed(stat.st_size, str(stat.st_mtime_ns)) for name, stat in found}

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
        ConfigurationError: the base URL is neither file://, sftp:// nor s3://.
        ChannelRefusedError: the server is not the pinned one, or refuses the log-in.
        ChannelUnavailableError: it cannot be reached.
    """
    scheme = urlsplit(access.base_url).scheme
    if scheme == "file":
        yield LocalFolder(local_path(access), channel)
    elif scheme == "sftp":
        # paramiko and boto3 are only loaded where a file is really fetched.
        from customer_hub.channels.file_drop.sftp import open_sftp

        with open_sftp(channel, access) as folder:
            yield folder
    elif scheme == "s3":
        from customer_hub.channels.file_drop.s3 import open_s3

        with open_s3(channel, access) as prefix:
            yield prefix
    else:
        raise ConfigurationError(
            f"a file drop is reached by sftp://, s3:// or file://, not {scheme}://",
            where=channel,
            hint="see plugins/customer_hub/channels/file_drop/README.md, connection",
        )
