"""The bucket: put, read back, list. What the store says of checksums is never the proof."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import md5, sha256
from typing import Any, Literal

from customer_hub.core import tls_faults
from customer_hub.core.errors import BackupRefusedError, BackupStoreError
from customer_hub.core.settings import settings

_FIRST_REGION = "us-east-1"  # the one that may not be named when a bucket is made


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the store says of an object: its length, and when it was written by the store's clock."""

    byte_count: int
    modified_at: datetime


@lru_cache(maxsize=1)
def client() -> Any:
    """Return the S3 client of this process."""
    import boto3
    from botocore.config import Config

    chosen = settings()
    when: Literal["when_required", "when_supported"] = (
        "when_required" if chosen.s3_plain_checksums else "when_supported"
    )
    return boto3.client(
        "s3",
        endpoint_url=chosen.s3_endpoint_url,
        aws_access_key_id=chosen.s3_access_key.get_secret_value(),
        aws_secret_access_key=chosen.s3_secret_key.get_secret_value(),
        region_name=chosen.s3_region,
        config=Config(
            signature_version="s3v4",
            request_checksum_calculation=when,
            # Our own SHA-256 says what is damaged, and which version is not: boto3 would only fail.
            response_checksum_validation="when_required",
            retries={"max_attempts": 5, "mode": "standard"},
            connect_timeout=10,
            read_timeout=120,
        ),
    )


@contextmanager
def explain(doing: str, bucket: "Bucket", key: str) -> Iterator[None]:
    """Turn the store's and the network's errors into ones a person can act on.

    Raises:
        BackupStoreError: the store cannot be reached, or has no good answer now.
        BackupRefusedError: it refuses, and would refuse again.
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectionError,
        HTTPClientError,
        IncompleteReadError,
    )

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        where = f"{bucket.name}/{bucket.prefix}{key}"
        distrust = tls_faults.explain_tls(error)
        if distrust is not None:
            what = f"{doing} failed: {distrust}"
            raise BackupRefusedError(what, where=where, hint=tls_faults.HINT) from None
        if isinstance(error, ClientError):
            cause = error.response.get("Error", {}).get("Code", "unknown")
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            is_passing = status == 429 or status >= 500
        else:
            cause = type(error).__name__
            is_passing = isinstance(error, ConnectionError | HTTPClientError | IncompleteReadError)
        raise (BackupStoreError if is_passing else BackupRefusedError)(
            f"{doing} failed: {cause}",
            where=where,
            hint="see docs/runbooks/backup_master.md; no earlier backup was touched",
        ) from None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, or the part of it below a prefix.

    Attributes:
        name: of the bucket.
        prefix: before each key.
        has_lock: it keeps every version: what was locked lies under whatever was put on top.
    """

    name: str
    prefix: str = ""
    has_lock: bool = False

    def put(self, key: str, body: bytes, *, lock_until: datetime | None = None) -> None:
        """Upload an object; the store compares its SHA-256 with what arrived.

        Args:
            key: of the object.
            body: its content.
            lock_until: nobody can delete or replace it before (the bucket has object lock).
        """
        chosen = settings()
        extra: dict[str, Any] = {}
        if not chosen.s3_plain_checksums:
            extra["ChecksumSHA256"] = base64.b64encode(sha256(body).digest()).decode()
        if chosen.s3_encryption:
            extra["ServerSideEncryption"] = chosen.s3_encryption
        if chosen.s3_kms_id:
            extra["SSEKMSKeyId"] = chosen.s3_kms_id
        if lock_until:
            extra |= {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": lock_until}
            # Stores want one of the two with a lock, and older ones know this alone.
            extra["ContentMD5"] = base64.b64encode(md5(body).digest()).decode()  # noqa: S324
        with explain("upload", self, key):
            client().put_object(Bucket=self.name, Key=self.prefix + key, Body=body, **extra)

    def find(self, key: str, *, at_most: int | None = None, version: str = "") -> bytes | None:
        """Return an object, or None if there is none.

        Args:
            key: of the object.
            at_most: of one that has more bytes nothing is read, and nothing returned.
            version: which one, instead of the newest.
        """
        from botocore.exceptions import ClientError

        chosen = {"VersionId": version} if version else {}
        with explain("read", self, key):
            try:
                found = client().get_object(Bucket=self.name, Key=self.prefix + key, **chosen)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                    return None
                raise
            if at_most is not None and found["ContentLength"] > at_most:
                found["Body"].close()
                return b""
            body: bytes = found["Body"].read()
        return body

    def find_each(self, key: str, *, at_most: int | None = None) -> Iterator[bytes]:
        """Yield an object as `find` does and then, in a bucket with lock, what lies under it."""
        newest = self.find(key, at_most=at_most)
        if newest is not None:
            yield newest
        if not self.has_lock:
            return
        for entry in self._list_versions(key)[0]:
            if entry["Key"] == self.prefix + key and not entry["IsLatest"]:
                earlier = self.find(key, at_most=at_most, version=entry["VersionId"])
                if earlier is not None:
                    yield earlier

    def list(self, prefix: str) -> dict[str, StoredObject]:
        """Return what the store lists below a prefix, by key in order.

        In a bucket with lock also what somebody seems to have deleted: it is still there.
        """
        if self.has_lock:
            entries, _ = self._list_versions(prefix)
        else:
            with explain("list", self, prefix):
                pages = (
                    client()
                    .get_paginator("list_objects_v2")
                    .paginate(Bucket=self.name, Prefix=self.prefix + prefix)
                )
                entries = [entry for page in pages for entry in page.get("Contents", ())]
        return {
            entry["Key"].removeprefix(self.prefix): StoredObject(
                int(entry["Size"]), entry["LastModified"]
            )
            for entry in reversed(entries)  # the newest version of each decides
        }

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there is deleted already."""
        with explain("delete", self, key):
            client().delete_object(Bucket=self.name, Key=self.prefix + key)

    def read_clock(self) -> datetime:
        """Return what time the store has it: its objects are dated by that clock, not by ours."""
        with explain("read the clock", self, ""):
            found = client().list_objects_v2(Bucket=self.name, Prefix=self.prefix, MaxKeys=1)
        return parsedate_to_datetime(found["ResponseMetadata"]["HTTPHeaders"]["date"])

    def list_uploads(self) -> dict[tuple[str, str], datetime]:
        """Return the multipart uploads that nobody has finished: key and id -> when they began."""
        with explain("list uploads", self, ""):
            pages = (
                client()
                .get_paginator("list_multipart_uploads")
                .paginate(Bucket=self.name, Prefix=self.prefix)
            )
            return {
                (upload["Key"], upload["UploadId"]): upload["Initiated"]
                for page in pages
                for upload in page.get("Uploads", ())
            }

    def abort_upload(self, key: str, upload_id: str) -> None:
        """Take away the parts of an upload that nobody will finish."""
        with explain("abort upload", self, key):
            client().abort_multipart_upload(Bucket=self.name, Key=key, UploadId=upload_id)

    def erase(self) -> int:
        """Delete every version of everything in it; returns how many. Locked ones are refused."""
        versions, markers = self._list_versions("")
        found = [*versions, *markers]
        with explain("erase", self, ""):
            for entry in reversed(found):  # by key, so that a manifest goes before its chunks
                client().delete_object(
                    Bucket=self.name, Key=entry["Key"], VersionId=entry["VersionId"]
                )
        return len(found)

    def make(self, *, has_lock: bool = False) -> bool:
        """Make the bucket if it is missing; returns whether it was made."""
        from botocore.exceptions import ClientError

        region = settings().s3_region
        place: dict[str, Any] = {}
        if region != _FIRST_REGION:
            place["CreateBucketConfiguration"] = {"LocationConstraint": region}
        with explain("make bucket", self, ""):
            try:
                client().head_bucket(Bucket=self.name)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in ("404", "NoSuchBucket"):
                    raise
                client().create_bucket(
                    Bucket=self.name, ObjectLockEnabledForBucket=has_lock, **place
                )
                return True
        return False

    def _list_versions(self, prefix: str) -> tuple[Sequence[Any], Sequence[Any]]:
        """Return all versions, and the delete markers, below a prefix: of each key the newest first."""
        with explain("list versions", self, prefix):
            pages = (
                client()
                .get_paginator("list_object_versions")
                .paginate(Bucket=self.name, Prefix=self.prefix + prefix)
            )
            versions, markers = [], []
            for page in pages:
                versions += page.get("Versions", ())
                markers += page.get("DeleteMarkers", ())
        return versions, markers
