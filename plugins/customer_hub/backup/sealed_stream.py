"""A sealed stream: chunks of AES-256-GCM, bound to the backup, their order, and the end.

Format: magic, then per chunk a 4-byte length, a 12-byte nonce and the ciphertext. The additional
data holds the backup id, the chunk's number and whether it is the last: a chunk that is missing,
moved or cut off does not open.
"""

import os
import struct
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from customer_hub.core.errors import BackupError

MAGIC = b"HUBSEAL1"
CHUNK_BYTES = 1024 * 1024
_NONCE_BYTES = 12


class Readable(Protocol):
    """Anything with read(size)."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, empty at the end."""


class SealingReader:
    """Seals another stream while it is read."""

    def __init__(self, source: Readable, key: bytes, backup_id: str) -> None:
        self._pieces = self._seal(source, AESGCM(key), backup_id)
        self._buffer = b""

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` sealed bytes (all of them for -1)."""
        while size < 0 or len(self._buffer) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._buffer += piece
        if size < 0:
            size = len(self._buffer)
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    @staticmethod
    def _seal(source: Readable, cipher: AESGCM, backup_id: str) -> Iterator[bytes]:
        yield MAGIC
        number, chunk = 0, _read_full(source)
        while True:
            following = _read_full(source)
            nonce = os.urandom(_NONCE_BYTES)
            text = cipher.encrypt(nonce, chunk, _bind(backup_id, number, not following))
            yield struct.pack(">I", len(text)) + nonce + text
            if not following:
                return
            number, chunk = number + 1, following


def open_chunks(source: Readable, key: bytes, backup_id: str) -> Iterator[bytes]:
    """Yield the clear chunks of a sealed stream.

    Raises:
        BackupError: the key is wrong, or the stream was cut off, reordered or changed.
    """
    if source.read(len(MAGIC)) != MAGIC:
        raise _broken(backup_id, "it is not a sealed stream")
    cipher, number, is_last = AESGCM(key), 0, False
    while not is_last:
        header = _read_full(source, 4)
        if len(header) != 4:
            raise _broken(backup_id, f"it ends after chunk {number}")
        (length,) = struct.unpack(">I", header)
        if length > CHUNK_BYTES + 16:
            raise _broken(backup_id, f"chunk {number} has an impossible length")
        body = _read_full(source, _NONCE_BYTES + length)
        chunk, is_last = _open_chunk(cipher, body, backup_id, number)
        number += 1
        yield chunk
    if source.read(1):
        raise _broken(backup_id, "something follows its last chunk")


def _open_chunk(cipher: AESGCM, body: bytes, backup_id: str, number: int) -> tuple[bytes, bool]:
    nonce, text = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
    for is_last in (False, True):
        try:
            return cipher.decrypt(nonce, text, _bind(backup_id, number, is_last)), is_last
        except (InvalidTag, ValueError):
            continue
    raise _broken(backup_id, f"chunk {number} does not open: wrong key, cut off or changed")


def _bind(backup_id: str, number: int, is_last: bool) -> bytes:
    return f"{backup_id}|{number}|{int(is_last)}".encode()


def _read_full(source: Readable, size: int = CHUNK_BYTES) -> bytes:
    pieces, missing = [], size
    while missing:
        piece = source.read(missing)
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _broken(backup_id: str, cause: str) -> BackupError:
    return BackupError(
        f"the backup cannot be opened: {cause}",
        where=backup_id,
        hint="use another verified backup (`hub backup list`); see docs/runbooks/restore_drill.md",
    )
