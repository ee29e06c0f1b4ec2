"""The bucket: put, read back, list. What the store says of checksums is never the proof."""

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, Any, Literal

from customer_hub.core import tls_faults
from customer_hub.core.errors import BackupError, BackupStoreError
from customer_hub.core.settings import settings

_READ_BYTES = 1024 * 1024


class HashingReader:
    """A readable stream that hashes and counts what passes through it."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._hash = hashlib.sha256()
        self.byte_count = 0

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        data: bytes = self._source.read(size)
        self._hash.update(data)
        self.byte_count += len(data)
        return data

    @property
    def sha256(self) -> bytes:
        """Digest of everything read so far."""
        return self._hash.digest()


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
        region_name="us-east-1",
        config=Config(
            signature_version="s3v4",
            request_checksum_calculation=when,
            response_checksum_validation=when,
            retries={"max_attempts": 5, "mode": "standard"},
            connect_timeout=10,
            read_timeout=120,
        ),
    )


@contextmanager
def explain(doing: str, key: str) -> Iterator[None]:
    """Turn the store's and the network's errors into ones a person can act on.

    Raises:
        BackupStoreError: the store cannot be reached, or has no good answer now.
        BackupError: it refuses, and would refuse again.
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
        where = f"{settings().s3_bucket}/{key}"
        distrust = tls_faults.explain_tls(error)
        if distrust is not None:
            what = f"{doing} failed: {distrust}"
            raise BackupError(what, where=where, hint=tls_faults.HINT) from None
        if isinstance(error, ClientError):
            cause = error.response.get("Error", {}).get("Code", "unknown")
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            is_passing = status == 429 or status >= 500
        else:
            cause = type(error).__name__
            is_passing = isinstance(error, ConnectionError | HTTPClientError | IncompleteReadError)
        raise (BackupStoreError if is_passing else BackupError)(
            f"{doing} failed: {cause}",
            where=where,
            hint="see docs/runbooks/backup_master.md; no earlier backup was touched",
        ) from None


def ensure_bucket() -> bool:
    """Make the bucket if it is missing; returns whether it was made."""
    from botocore.exceptions import ClientError

    name = settings().s3_bucket
    with explain("make bucket", ""):
        try:
            client().head_bucket(Bucket=name)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in ("404", "NoSuchBucket"):
                raise
            client().create_bucket(Bucket=name)
            return True
    return False


def put_stream(key: str, stream: IO[bytes] | HashingReader) -> None:
    """Upload a stream of any length as one object (multipart; an abort leaves no object)."""
    with explain("upload", key):
        client().upload_fileobj(stream, settings().s3_bucket, key)


def abort_uploads(prefix: str, keys: Collection[str]) -> int:
    """Abort the multipart uploads of objects that nobody will finish; returns how many.

    A store that went away in the middle of one keeps its parts for ever, paid for and in no list.

    Args:
        prefix: where to look.
        keys: the objects below it whose writers are gone.
    """
    bucket, aborted = settings().s3_bucket, 0
    with explain("look for broken uploads", prefix):
        pages = (
            client().get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
        )
        for upload in [found for page in pages for found in page.get("Uploads", [])]:
            if upload["Key"] in keys:
                client().abort_multipart_upload(
                    Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                )
                aborted += 1
    return aborted


def put_document(key: str, document: dict[str, Any]) -> None:
    """Upload a small JSON document, and read it back."""
    put_bytes(key, json.dumps(document, sort_keys=True, indent=1).encode())


def put_bytes(key: str, body: bytes) -> None:
    """Upload a small object, and read it back.

    Raises:
        BackupError: the store does not give back what it was given.
    """
    with explain("upload", key):
        client().put_object(Bucket=settings().s3_bucket, Key=key, Body=body)
    if get_bytes(key) != body:
        raise BackupError(
            "the store gave back something else than it was given",
            where=f"{settings().s3_bucket}/{key}",
            hint="do not trust this store; see docs/runbooks/backup_master.md",
        )


def get_bytes(key: str) -> bytes:
    """Return a small object."""
    with explain("read", key):
        body: bytes = client().get_object(Bucket=settings().s3_bucket, Key=key)["Body"].read()
    return body


def list_keys(prefix: str) -> list[str]:
    """Return the keys of all objects below a prefix."""
    with explain("list", prefix):
        pages = (
            client()
            .get_paginator("list_objects_v2")
            .paginate(Bucket=settings().s3_bucket, Prefix=prefix)
        )
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]


@contextmanager
def open_stream(key: str) -> Iterator[HashingReader]:
    """Open an object for reading; the reader hashes what it gives."""
    with explain("read", key):
        body = client().get_object(Bucket=settings().s3_bucket, Key=key)["Body"]
        try:
            yield HashingReader(body)
        finally:
            body.close()


def hash_object(key: str) -> tuple[bytes, int]:
    """Read an object back; returns its SHA-256 and length."""
    with open_stream(key) as reader:
        while reader.read(_READ_BYTES):
            pass
        return reader.sha256, reader.byte_count
