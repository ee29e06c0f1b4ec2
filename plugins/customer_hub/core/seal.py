"""Sealing of personal data: AES-256-GCM under keys derived per subject and segment.

A record key is HMAC-SHA256(segment key, salt | segment | version): dropping a subject's salt makes
everything sealed for it unreadable, everywhere. The additional data binds a value to its table,
segment, primary key and key version, so that a value cannot be moved to another row unnoticed.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from customer_hub.core.errors import SealError

SEGMENTS = ("contact", "identity", "finance", "free_text", "payload", "matcher", "index")
SALT_BYTES = 32
# Made once: json.dumps would build an encoder for each of a million values.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
_NONCE_BYTES = 12


def canonical_json(value: Any) -> bytes:
    """Return the one JSON form of `value`: sorted keys, no spaces, ASCII escapes.

    ASCII escapes keep lone surrogates and NUL, which real systems send, without loss.
    """
    return _ENCODER.encode(value).encode()


def new_salt() -> bytes:
    """Return a fresh random salt for one subject."""
    return os.urandom(SALT_BYTES)


class Sealer:
    """Seals and opens values with the unwrapped segment keys of one process.

    Args:
        keys: segment -> {version -> 32-byte key}; only the segments that this role may use.
    """

    def __init__(self, keys: Mapping[str, Mapping[int, bytes]]) -> None:
        self._keys = {
            segment: {version: _Mac(key) for version, key in versions.items()}
            for segment, versions in keys.items()
        }
        # The phones and addresses of a record are sealed alike, and come one after the other.
        self._cipher = lru_cache(maxsize=4096)(self._make_cipher)

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments that this process can open."""
        return tuple(sorted(self._keys))

    def seal(self, table: str, segment: str, key: str, salt: bytes, value: Any) -> bytes:
        """Seal a JSON value for the row `key` of `table`; returns version | nonce | ciphertext."""
        version = max(self._segment(segment))
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._cipher(segment, version, salt)
        aad = _additional_data(table, segment, key, version)
        return bytes([version]) + nonce + cipher.encrypt(nonce, canonical_json(value), aad)

    def unseal(self, table: str, segment: str, key: str, salt: bytes, sealed: bytes) -> Any:
        """Open what `seal` made.

        Raises:
            SealError: the key, the salt or the row is not the one it was sealed for.
        """
        return json.loads(self.check(table, segment, key, salt, sealed).decode())

    def check(self, table: str, segment: str, key: str, salt: bytes, sealed: bytes) -> bytes:
        """Open what `seal` made and leave it as the JSON text that it is.

        Raises:
            SealError: as `unseal`.
        """
        blob = bytes(sealed)
        version, nonce, text = blob[0], blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
        if version not in self._segment(segment):
            raise SealError(
                f"key version {version} of segment {segment} is not in the key file",
                where=table,
                hint="restore the key backup: see docs/runbooks/lost-key.md",
            )
        cipher = self._cipher(segment, version, salt)
        try:
            return cipher.decrypt(nonce, text, _additional_data(table, segment, key, version))
        except InvalidTag:
            raise SealError(
                f"a sealed {segment} value does not open: wrong key, other salt, or tampering",
                where=f"{table} {key}",
                hint="see docs/runbooks/lost-key.md",
            ) from None

    def digest(self, value: Any) -> bytes:
        """Return the keyed digest of a JSON value: equal values, equal digests; never reversible."""
        return self._hmac("index", b"digest", canonical_json(value))

    def blind(self, kind: str, value: str) -> bytes:
        """Return the keyed hash under which a standardised value can be looked up exactly."""
        return self._hmac("index", b"blind:" + kind.encode(), value.encode("utf-8", "replace"))

    def blocking_hash(self, kind: str, value: str) -> bytes:
        """Return the keyed hash of a blocking key, apart from the look-up hashes."""
        return self._hmac("matcher", b"block:" + kind.encode(), value.encode("utf-8", "replace"))[
            :16
        ]

    def _segment(self, segment: str) -> dict[int, "_Mac"]:
        try:
            return self._keys[segment]
        except KeyError:
            raise SealError(
                f"this process has no key for segment {segment}",
                where="keys",
                hint="its role is not granted that segment; see docs/architecture.md, privacy",
            ) from None

    def _make_cipher(self, segment: str, version: int, salt: bytes) -> AESGCM:
        message = b"|".join((salt, segment.encode(), str(version).encode()))
        return AESGCM(self._segment(segment)[version].digest(message))

    def _hmac(self, segment: str, purpose: bytes, message: bytes) -> bytes:
        # Look-up hashes use the first version for ever: rotating them is a rebuild of the index.
        versions = self._segment(segment)
        return versions[min(versions)].digest(purpose + b"|" + message)


class _Mac:
    """HMAC-SHA256 under one key whose blocks are hashed once: for a million short messages."""

    def __init__(self, key: bytes) -> None:
        block = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(each ^ 0x36 for each in block))
        self._outer = hashlib.sha256(bytes(each ^ 0x5C for each in block))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


def _additional_data(table: str, segment: str, key: str, version: int) -> bytes:
    """Return the canonical JSON of the list, written by hand for the keys that need no escape."""
    if key.isascii() and key.isprintable() and '"' not in key and "\\" not in key:
        return f'["{table}","{segment}","{key}",{version}]'.encode()
    return canonical_json([table, segment, key, version])
