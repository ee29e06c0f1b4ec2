"""The keys of backups: derived from HUB_BACKUP_KEK, and named by ids that give nothing away.

HUB_BACKUP_KEK may hold several keys, by comma: the first seals, all of them open. So a key is
changed by putting a new one first, and an old one goes when the last backup under it has gone.
"""

import base64
import hmac
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from customer_hub.core.errors import BackupError

Purpose = Literal["name", "nonce", "seal", "sign"]
_ID_BYTES = 4


class Keyring:
    """The keys that this process may open backups with.

    Args:
        text: as HUB_BACKUP_KEK: keys in base64, by comma, the one that seals first.
    """

    def __init__(self, text: str) -> None:
        keys = [base64.b64decode(key) for key in text.split(",")]
        self._keys = {identify_key(key): key for key in keys}
        self.current = identify_key(keys[0])

    def derive(self, key_id: str, store_id: str, purpose: Purpose) -> bytes:
        """Return the 32-byte key for one purpose in one store (HKDF with SHA-256, RFC 5869).

        Raises:
            BackupError: there is no key of that id here.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise BackupError(
                f"it needs the backup key {key_id}; HUB_BACKUP_KEK holds {', '.join(self._keys)}",
                where="HUB_BACKUP_KEK",
                hint="add the missing key after the first, by comma; see docs/runbooks/lost-key.md",
            )
        info = f"customer hub backup {purpose}".encode()
        return HKDF(SHA256(), 32, salt=store_id.encode(), info=info).derive(key)

    def identify_store(self, bucket: str) -> str:
        """Return the id of the store that the sealing key has in a bucket: the same at any time."""
        digest = hmac.digest(self._keys[self.current], b"store " + bucket.encode(), "sha256")
        return digest[:_ID_BYTES].hex()

    def sign(self, key_id: str, store_id: str, body: bytes) -> str:
        """Return the authentication code of a document in hex."""
        return hmac.digest(self.derive(key_id, store_id, "sign"), body, "sha256").hex()


def identify_key(key: bytes) -> str:
    """Return the public id of a key: it names the key and tells nothing about it."""
    return hmac.digest(key, b"customer hub key id", "sha256")[:_ID_BYTES].hex()
