"""A folder over SFTP. The server is known by its pinned key; any other is refused."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from posixpath import join
from stat import S_ISREG
from typing import BinaryIO, cast
from urllib.parse import unquote, urlsplit

import paramiko

from customer_hub.channels.contract import Access
from customer_hub.channels.file_drop.folder import Listed
from customer_hub.core.errors import (
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
    HubError,
)

_PORT = 22
_TIMEOUT_SECONDS = 20.0
_README = "see plugins/customer_hub/channels/file_drop/README.md, connection"
_KEY_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class SftpFolder:
    """An open folder on an SFTP server."""

    def __init__(self, client: paramiko.SFTPClient, path: str, channel: str) -> None:
        self._client = client
        self._path = path
        self._channel = channel

    def list_files(self) -> dict[str, Listed]:
        """Return all regular files in it by name."""
        with _translate_errors(self._channel):
            entries = self._client.listdir_attr(self._path)
        return {
            entry.filename: Listed(entry.st_size or 0, str(entry.st_mtime))
            for entry in entries
            if entry.st_mode is None or S_ISREG(entry.st_mode)
        }

    @contextmanager
    def open_file(self, name: str) -> Iterator[BinaryIO]:
        """Open one file for reading, in blocks: prefetching would hold the whole file."""
        with (
            _translate_errors(self._channel),
            self._client.open(join(self._path, name), "rb") as file,
        ):
            yield cast("BinaryIO", file)


@contextmanager
def open_sftp(channel: str, access: Access) -> Iterator[SftpFolder]:
    """Connect, check the server's key against the pinned one, log in by key; then close.

    Raises:
        ConfigurationError: `host_key` or `private_key` of the connection is missing or malformed.
        ChannelRefusedError: another host key, or the log-in is refused.
        ChannelUnavailableError: the server cannot be reached or breaks off.
    """
    address = urlsplit(access.base_url)
    host, port = address.hostname or "", address.port or _PORT
    pinned = _read_host_key(channel, access.extra.get("host_key", ""))
    private_key = _read_private_key(channel, access.extra.get("private_key", ""))
    # It tells three lines of every connection; what goes wrong is ours to tell.
    logging.getLogger("paramiko").setLevel(logging.WARNING)
    client = paramiko.SSHClient()
    known_as = host if port == _PORT else f"[{host}]:{port}"
    client.get_host_keys().add(known_as, pinned.get_name(), pinned)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        with _translate_errors(channel):
            client.connect(
                host,
                port,
                username=access.login,
                pkey=private_key,
                timeout=_TIMEOUT_SECONDS,
                banner_timeout=_TIMEOUT_SECONDS,
                auth_timeout=_TIMEOUT_SECONDS,
                allow_agent=False,
                look_for_keys=False,
            )
            sftp = client.open_sftp()
            transport_channel = sftp.get_channel()
            if transport_channel is not None:
                transport_channel.settimeout(_TIMEOUT_SECONDS)
        yield SftpFolder(sftp, unquote(address.path) or ".", channel)
    finally:
        client.close()


@contextmanager
def _translate_errors(channel: str) -> Iterator[None]:
    try:
        yield
    except HubError:
        raise
    except paramiko.BadHostKeyException as error:
        raise ChannelRefusedError(
            f"the server's host key is not the pinned one: it showed a {error.key.get_name()} key"
            f" with {error.key.fingerprint}, pinned is {error.expected_key.fingerprint}",
            where=channel,
            hint="nothing was sent. Ask the server's operator; only then change the pin (host_key)",
        ) from None
    except paramiko.AuthenticationException:
        raise ChannelRefusedError(
            "the log-in is refused",
            where=channel,
            hint=f"login and private_key must be those that the server knows; {_README}",
        ) from None
    except PermissionError:
        raise ChannelRefusedError(
            "the folder or a file may not be read", where=channel, hint=_README
        ) from None
    except FileNotFoundError:
        raise ChannelUnavailableError(
            "the folder or a file is not there (any more)",
            where=channel,
            hint=f"the path is the connection's extra `path`; {_README}",
        ) from None
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise ChannelUnavailableError(
            f"the SFTP server cannot be used: {type(error).__name__}",
            where=channel,
            hint="is it up? The window stays open and goes on at its cursor",
        ) from None


def _read_host_key(channel: str, text: str) -> paramiko.PKey:
    """Return the pinned key from "ssh-ed25519 AAAA.. comment", with or without a host before it."""
    parts = text.split()
    for kind, encoded in pairwise(parts):
        if kind.startswith(("ssh-", "ecdsa-")):
            try:
                entry = paramiko.hostkeys.HostKeyEntry.from_line(f"pinned {kind} {encoded}")
            except (paramiko.SSHException, ValueError):
                break
            if entry is not None and entry.key is not None:
                return entry.key
            break
    raise ConfigurationError(
        "host_key is missing or is not an SSH public key: the server must be pinned",
        where=f"connection of {channel}",
        hint=f"`ssh-keyscan HOST` shows it; compare it with the operator's; {_README}",
    )


def _read_private_key(channel: str, text: str) -> paramiko.PKey:
    for kind in _KEY_KINDS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError):
            continue
    raise ConfigurationError(
        "private_key is missing or is no unencrypted Ed25519, ECDSA or RSA key in OpenSSH form",
        where=f"connection of {channel}",
        hint=_README,
    )
