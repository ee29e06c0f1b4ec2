"""The key backup: segment keys, salts and the dump's own key, sealed by HUB_BACKUP_KEK.

It lies apart from the data and is taken after it, so that every salt the data needs is inside.
"""

import base64
import json
import os
from typing import Any

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.errors import BackupError
from customer_hub.core.keys import read_key_file, unwrap_keys
from customer_hub.core.settings import settings

_NONCE_BYTES = 12


def write_key_backup(connection: Connection, backup_id: str, data_key: bytes) -> bytes:
    """Return the sealed key backup that belongs to `backup_id`."""
    chosen = settings()
    keys = unwrap_keys(read_key_file(chosen.key_file), chosen.kek.get_secret_value())
    document = {
        "backup_id": backup_id,
        "data_key": _encode(data_key),
        "segments": {
            segment: {str(version): _encode(key) for version, key in versions.items()}
            for segment, versions in keys.items()
        },
        "salts": [
            [row.reference, _encode(row.salt)]
            for row in sql.rows(connection, "backup/select_all_salts")
        ],
    }
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(base64.b64decode(chosen.backup_kek.get_secret_value()))
    packed = zstandard.compress(json.dumps(document).encode())
    return nonce + cipher.encrypt(nonce, packed, backup_id.encode())


def open_key_backup(sealed: bytes, backup_id: str, backup_kek: str) -> dict[str, Any]:
    """Return {data_key, segments, salts} with keys as bytes.

    Raises:
        BackupError: the key is wrong, or the object was changed or belongs to another backup.
    """
    cipher = AESGCM(base64.b64decode(backup_kek))
    try:
        packed = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], backup_id.encode())
    except (InvalidTag, ValueError):
        raise BackupError(
            "the key backup does not open: wrong HUB_BACKUP_KEK, or changed",
            where=backup_id,
            hint="see docs/runbooks/lost-key.md",
        ) from None
    document = json.loads(zstandard.decompress(packed))
    return {
        "data_key": base64.b64decode(document["data_key"]),
        "segments": {
            segment: {int(version): base64.b64decode(key) for version, key in versions.items()}
            for segment, versions in document["segments"].items()
        },
        "salts": [(reference, base64.b64decode(salt)) for reference, salt in document["salts"]],
    }


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()
