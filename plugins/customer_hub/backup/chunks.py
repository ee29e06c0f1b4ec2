"""Sealed chunks: objects named by a keyed hash of what they hold, bound to their store and name.

A chunk is compressed (zstd) and sealed (AES-256-GCM). Name and nonce follow from its content alone,
so the same content is the same object to the byte, whoever writes it and however often: it is never
sent twice, and writing it again can break no backup that names it.
"""

import hashlib
import hmac
from dataclasses import dataclass

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from customer_hub.backup.archive import Archive
from customer_hub.backup.object_keys import Part, chunk_prefix_of
from customer_hub.core.errors import BackupError

CHUNK_BYTES = 4 * 1024 * 1024
_LEVEL = 1
# Part of each name: other bytes from another compressor must be another object.
_MAKER = f"zstd {'.'.join(map(str, zstandard.ZSTD_VERSION))} level {_LEVEL}".encode()
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Chunk:
    """A sealed object as a manifest lists it.

    Attributes:
        name: keyed hash of its content, in hex.
        sha256: of the sealed object, in hex.
        byte_count: length of the sealed object.
        plain_count: length of what it holds.
    """

    name: str
    sha256: str
    byte_count: int
    plain_count: int


class DamagedChunkError(BackupError):
    """An object of the store is missing or is not what the manifest says; `where` is its name."""


class ChunkStore:
    """The chunks of one part of one store.

    Args:
        archive: where they lie, with the keys.
        key_id: which of these.
        store_id: names the store; chunks of another do not open in it.
        part: data or keys.
    """

    def __init__(self, archive: Archive, key_id: str, store_id: str, part: Part) -> None:
        self._bucket, self._prefix = archive.bucket, chunk_prefix_of(part)
        keyring = archive.keyring
        self._scope = f"{store_id}|{part}|"
        self._name_key = keyring.derive(key_id, store_id, "name")
        self._nonce_key = keyring.derive(key_id, store_id, "nonce")
        self._cipher = AESGCM(keyring.derive(key_id, store_id, "seal"))

    def seal(self, content: bytes) -> tuple[Chunk, bytes]:
        """Return what a chunk of `content` is, and its sealed bytes."""
        name = self._name(content)
        packed = zstandard.ZstdCompressor(level=_LEVEL).compress(content)
        nonce = hmac.digest(self._nonce_key, name.encode(), "sha256")[:_NONCE_BYTES]
        sealed = nonce + self._cipher.encrypt(nonce, packed, self._bind(name))
        return Chunk(name, hashlib.sha256(sealed).hexdigest(), len(sealed), len(content)), sealed

    def put(self, chunk: Chunk, sealed: bytes) -> None:
        """Upload a sealed chunk."""
        self._bucket.put(self._prefix + chunk.name, sealed)

    def list_present(self) -> dict[str, int]:
        """Return the length of each chunk that the store lists, by name."""
        listed = self._bucket.list(self._prefix)
        return {key.removeprefix(self._prefix): found.byte_count for key, found in listed.items()}

    def read(self, chunk: Chunk) -> bytes:
        """Return what a chunk holds.

        Raises:
            DamagedChunkError: it is missing, cut off, changed, or another one.
            BackupStoreError: the store cannot be read now.
        """
        return self._open(chunk, self.read_sealed(chunk))

    def read_sealed(self, chunk: Chunk) -> bytes:
        """Return a chunk as it is stored, checked against the manifest's own figures; raises as `read`."""
        cause = "is missing"
        for sealed in self._bucket.find_each(self._prefix + chunk.name, at_most=chunk.byte_count):
            if hashlib.sha256(sealed).hexdigest() == chunk.sha256:
                return sealed
            cause = "was changed" if len(sealed) == chunk.byte_count else "has another length"
        raise _damaged(chunk.name, cause)

    def _open(self, chunk: Chunk, sealed: bytes) -> bytes:
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            packed = self._cipher.decrypt(nonce, text, self._bind(chunk.name))
            content = zstandard.decompress(packed, max_output_size=chunk.plain_count)
        except (InvalidTag, ValueError, zstandard.ZstdError):
            raise _damaged(chunk.name, "does not open") from None
        if len(content) != chunk.plain_count:
            raise _damaged(chunk.name, "holds something else")
        return content

    def _name(self, content: bytes) -> str:
        digest = hmac.new(self._name_key, _MAKER + self._scope.encode() + b"\0", "sha256")
        digest.update(content)
        return digest.hexdigest()

    def _bind(self, name: str) -> bytes:
        return f"{self._scope}{name}".encode()


def _damaged(name: str, cause: str) -> DamagedChunkError:
    return DamagedChunkError(
        f"an object of the backup {cause}",
        where=name,
        hint="use another verified backup (`hub backup list`); see docs/runbooks/restore_drill.md",
    )
