"""Where backups lie and what opens them: a bucket and the keys, handed round together."""

import hmac
import json
from dataclasses import dataclass

from customer_hub.backup.keyring import Keyring
from customer_hub.backup.storage import Bucket
from customer_hub.core.errors import BackupError
from customer_hub.core.settings import settings


@dataclass(frozen=True, slots=True)
class Archive:
    """A bucket with backups, and the keys of this process.

    Attributes:
        bucket: where they lie.
        keyring: what opens them.
    """

    bucket: Bucket
    keyring: Keyring

    def put_signed(self, key: str, document: dict[str, object]) -> None:
        """Upload a JSON document with the authentication code of its content and of its place.

        `document` names its `key_id` and `store_id`.
        """
        code = self._sign(key, document)
        self.bucket.put(key, json.dumps({**document, "mac": code}, sort_keys=True).encode())

    def find_signed(self, key: str) -> dict[str, object] | None:
        """Return a document that `put_signed` wrote, or None if it is not there.

        In a bucket with lock it is found under whatever somebody put on top.

        Raises:
            BackupError: it was changed, or moved from elsewhere, or its key is not here.
        """
        fault: BackupError | None = None
        for body in self.bucket.find_each(key):
            try:
                return self._authenticate(key, body)
            except BackupError as error:
                fault = fault or error
        if fault is not None:
            raise fault
        return None

    def _authenticate(self, key: str, body: bytes) -> dict[str, object]:
        try:
            document: dict[str, object] = json.loads(body)
            given = str(document.pop("mac"))
            expected = self._sign(key, document)
        except (ValueError, KeyError, AttributeError, TypeError):
            raise distrust(key) from None
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise distrust(key)
        return document

    def _sign(self, key: str, document: dict[str, object]) -> str:
        body = json.dumps(document, sort_keys=True).encode()
        place = key.encode() + b"\0"
        return self.keyring.sign(str(document["key_id"]), str(document["store_id"]), place + body)


def open_archive() -> Archive:
    """Return the archive of the settings."""
    chosen = settings()
    return Archive(Bucket(chosen.s3_bucket), Keyring(chosen.backup_kek.get_secret_value()))


def distrust(key: str) -> BackupError:
    """Return the error for a document that cannot be trusted."""
    return BackupError(
        "the document was changed, or is none of the hub's",
        where=key,
        hint="ask who writes to the bucket; use another verified backup",
    )
