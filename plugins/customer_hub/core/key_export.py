"""Keys for the safe: all that opens a hub and its backups, in one file, under a passphrase.

scrypt (RFC 7914) makes the key from the passphrase; AES-256-GCM seals. The cost stands in the file,
so that it can grow without making older files worthless.
"""

import base64
import json
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from customer_hub.core.errors import ConfigurationError, SealError
from customer_hub.core.keys import read_key_file, unwrap_keys
from customer_hub.core.settings import settings

_FORMAT = 1
_COST = {"n": 2**17, "r": 8, "p": 1}  # 128 MiB and some tenths of a second
_MOST_MEMORY = 2**30
_LEAST_LETTERS = 12
_BOUND = b"customer hub keys"


@dataclass(frozen=True, slots=True)
class ExportedKeys:
    """What an export holds.

    Attributes:
        segments: the segment keys: segment -> version -> key.
        backup_kek: the text of HUB_BACKUP_KEK.
    """

    segments: dict[str, dict[int, bytes]]
    backup_kek: str


def export_keys(passphrase: str) -> bytes:
    """Return the sealed export of this hub's segment keys and backup key.

    Raises:
        ConfigurationError: the passphrase is short, or there is no key file.
    """
    if len(passphrase) < _LEAST_LETTERS:
        raise ConfigurationError(
            f"a passphrase has at least {_LEAST_LETTERS} letters",
            where="passphrase",
            hint="take six random words",
        )
    chosen = settings()
    segments = unwrap_keys(read_key_file(chosen.key_file), chosen.kek.get_secret_value())
    document = {
        "segments": {
            segment: {str(version): _encode(key) for version, key in versions.items()}
            for segment, versions in segments.items()
        },
        "backup_kek": chosen.backup_kek.get_secret_value(),
    }
    salt, nonce = os.urandom(16), os.urandom(12)
    key = Scrypt(salt=salt, length=32, **_COST).derive(passphrase.encode())
    sealed = AESGCM(key).encrypt(nonce, json.dumps(document).encode(), _BOUND)
    head = {"format": _FORMAT, "kdf": "scrypt", **_COST, "salt": _encode(salt)}
    return json.dumps({**head, "nonce": _encode(nonce), "sealed": _encode(sealed)}).encode()


def open_export(exported: bytes, passphrase: str) -> ExportedKeys:
    """Return what an export holds.

    Raises:
        ConfigurationError: it is no export of this format.
        SealError: the passphrase is another one, or the file was changed.
    """
    try:
        head = json.loads(exported)
        if (head["format"], head["kdf"]) != (_FORMAT, "scrypt"):
            raise ValueError
        cost = {name: int(head[name]) for name in _COST}
        if 128 * cost["n"] * cost["r"] > _MOST_MEMORY:
            raise ValueError
        salt, nonce, sealed = (base64.b64decode(head[n]) for n in ("salt", "nonce", "sealed"))
        scrypt = Scrypt(salt=salt, length=32, **cost)
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            "this is no export of keys", where="keys", hint="make one with `hub keys export`"
        ) from None
    try:
        opened = AESGCM(scrypt.derive(passphrase.encode())).decrypt(nonce, sealed, _BOUND)
    except InvalidTag:
        raise SealError(
            "the export does not open: another passphrase, or the file was changed",
            where="keys",
            hint="try again; see docs/runbooks/lost-key.md",
        ) from None
    document = json.loads(opened)
    segments = {
        segment: {int(version): base64.b64decode(key) for version, key in versions.items()}
        for segment, versions in document["segments"].items()
    }
    return ExportedKeys(segments, document["backup_kek"])


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()
