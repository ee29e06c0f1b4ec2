"""A prefix of an S3 bucket as a folder. Objects are listed and read, never written or deleted."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from customer_hub.channels.contract import Access
from customer_hub.channels.file_drop.folder import Listed
from customer_hub.core import tls_faults
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
    HubError,
)

_ATTEMPTS = 4
_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_STYLES = ("auto", "path", "virtual")
_README = "see plugins/customer_hub/channels/file_drop/README.md, connection"
_CHANGED = ("412", "PreconditionFailed", "404", "NoSuchKey")


class S3Folder:
    """The objects directly below a prefix."""

    def __init__(self, client: Any, bucket: str, prefix: str, channel: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._channel = channel
        self._etags: dict[str, str] = {}

    def list_files(self) -> dict[str, Listed]:
        """Return all objects directly below the prefix by the rest of their key."""
        found = {}
        with _translate_errors(self._channel):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
            )
            for page in pages:
                for entry in page.get("Contents", ()):
                    name = entry["Key"][len(self._prefix) :]
                    found[name] = Listed(entry["Size"], entry["ETag"])
        found.pop("", None)  # some stores keep an object for the prefix itself
        self._etags = {name: listed.stamp for name, listed in found.items()}
        return found

    @contextmanager
    def open_file(self, name: str) -> Iterator[BinaryIO]:
        """Open one object for reading, as it was listed: one put since under its name is refused."""
        condition = {"IfMatch": self._etags[name]} if name in self._etags else {}
        with _translate_errors(self._channel):
            answer = self._client.get_object(
                Bucket=self._bucket, Key=f"{self._prefix}{name}", **condition
            )
            with closing(answer["Body"]) as body:
                yield cast("BinaryIO", body)


@contextmanager
def open_s3(channel: str, access: Access) -> Iterator[S3Folder]:
    """Open s3://bucket/prefix; no request is made yet.

    Raises:
        ConfigurationError: no bucket, a half key, or an extra that cannot be used.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    address = urlsplit(access.base_url)
    prefix = unquote(address.path).strip("/")
    style = access.extra.get("addressing_style", "auto")
    endpoint = access.extra.get("endpoint_url")
    _check(channel, access, style, endpoint)
    config = Config(
        signature_version="s3v4",
        s3=cast("Any", {"addressing_style": style}),
        retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
    )
    try:
        client = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=access.extra.get("region_name") or None,
            # Without a key the machine's own role is asked.
            aws_access_key_id=access.login or None,
            aws_secret_access_key=access.password or None,
            config=config,
        )
    except (BotoCoreError, ValueError) as error:
        raise _wrong(channel, f"S3 cannot be reached that way: {type(error).__name__}") from None
    try:
        yield S3Folder(client, address.netloc, f"{prefix}/" if prefix else "", channel)
    finally:
        client.close()


def _check(channel: str, access: Access, style: str, endpoint: str | None) -> None:
    is_insecure = (endpoint or "").startswith("http://")
    faults = []
    if not urlsplit(access.base_url).netloc:
        faults.append("bucket is missing")
    if bool(access.login) != bool(access.password):
        faults.append("login and password belong together: access key and secret key")
    if style not in _STYLES:
        faults.append(f"addressing_style is not one of {', '.join(_STYLES)}")
    if is_insecure and access.extra.get("allow_insecure", "false").lower() != "true":
        faults.append("endpoint_url is plain http, which needs allow_insecure: for sandboxes only")
    if faults:
        raise _wrong(channel, "; ".join(faults))


def _wrong(channel: str, what: str) -> ConfigurationError:
    return ConfigurationError(what, where=f"connection of {channel}", hint=_README)


@contextmanager
def _translate_errors(channel: str) -> Iterator[None]:
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        ParamValidationError,
    )
    from urllib3.exceptions import HTTPError

    try:
        yield
    except HubError:
        raise
    except ClientError as error:
        raise _explain_refusal(channel, dict(error.response)) from None
    except (NoCredentialsError, ParamValidationError) as error:
        raise _wrong(channel, f"the store cannot be asked: {type(error).__name__}") from None
    except (BotoCoreError, HTTPError, OSError) as error:
        distrust = tls_faults.explain_tls(error)
        if distrust is not None:
            raise ChannelAccessError(distrust, where=channel, hint=tls_faults.HINT) from None
        raise _unavailable(channel, type(error).__name__) from None


def _explain_refusal(channel: str, answer: dict[str, Any]) -> HubError:
    code = str(answer.get("Error", {}).get("Code", "unknown"))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _CHANGED:
        return ChannelUnavailableError(
            "an object was replaced or taken away while it was read",
            where=channel,
            hint="run again: what landed is recognised",
        )
    if status == 429 or status >= 500:
        return _unavailable(channel, code)
    return ChannelRefusedError(
        f"the store refuses: {code}",
        where=channel,
        hint=f"bucket, key and region_name must be right, and the key may list and read; {_README}",
    )


def _unavailable(channel: str, cause: str) -> ChannelUnavailableError:
    return ChannelUnavailableError(
        f"the S3 store cannot be used: {cause}",
        where=channel,
        hint="is it up? The window stays open and goes on at its cursor",
    )
