"""The key file: segment keys wrapped by a key-encryption key, made once for a hub.

The key-encryption key (KEK) comes from the environment. Rotating it rewraps a few keys and touches
no data.
"""

import base64
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from customer_hub.core import db, sql
from customer_hub.core.errors import ConfigurationError, SealError
from customer_hub.core.seal import SEGMENTS, Sealer
from customer_hub.core.settings import check_kek, settings

_FORMAT = 1


def new_kek() -> str:
    """Return a fresh random key-encryption key in base64."""
    return base64.b64encode(os.urandom(32)).decode()


def init_key_file() -> bool:
    """Make the key file of a new hub; returns False if it is there already.

    Raises:
        ConfigurationError: it is missing although the database holds data: new keys would open none
            of it, and all of it would land again under other digests.
    """
    chosen = settings()
    if chosen.key_file.exists():
        return False
    with db.begin() as connection:
        if sql.rows(connection, "core/find_sealed_data")[0].is_there:
            raise ConfigurationError(
                "the key file is missing, but the database holds data that its keys have sealed",
                where="HUB_KEY_FILE",
                hint="bring the file back, never make a new one: see docs/runbooks/lost-key.md",
            )
    return create_key_file(chosen.key_file, chosen.kek.get_secret_value())


def create_key_file(path: Path, kek: str) -> bool:
    """Write a key file with a random key for each segment; returns False if it is there already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return add_key_file(path, {segment: {1: os.urandom(32)} for segment in SEGMENTS}, kek)


def add_key_file(path: Path, keys: dict[str, dict[int, bytes]], kek: str) -> bool:
    """Write a key file where there is none; returns False, and touches nothing, where one is."""
    partial = _write_partial(path, wrap_keys(keys, kek))
    try:
        os.link(partial, path)  # unlike a rename it refuses a name that is taken
    except FileExistsError:
        return False
    finally:
        partial.unlink()
    return True


def replace_key_file(path: Path, keys: dict[str, dict[int, bytes]], kek: str) -> None:
    """Write a key file in place of the one that is there, whole or not at all."""
    _write_partial(path, wrap_keys(keys, kek)).replace(path)


def rewrap_key_file(new_kek: str) -> None:
    """Wrap the segment keys by another key-encryption key; the keys and all data stay.

    Raises:
        ConfigurationError: the new key is none that HUB_KEK could be.
        SealError: HUB_KEK is not the one that wrapped them.
    """
    try:
        check_kek(new_kek)
    except ValueError as error:
        raise ConfigurationError(
            str(error), where="HUB_NEW_KEK", hint="make one with `hub keys new`"
        ) from None
    chosen = settings()
    opened = unwrap_keys(read_key_file(chosen.key_file), chosen.kek.get_secret_value())
    replace_key_file(chosen.key_file, opened, new_kek)


def _write_partial(path: Path, document: dict[str, Any]) -> Path:
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(document, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    return partial


def wrap_keys(keys: dict[str, dict[int, bytes]], kek: str) -> dict[str, Any]:
    """Return the JSON document that holds `keys` wrapped (RFC 5649) by `kek`."""
    wrapping = base64.b64decode(kek)
    return {
        "format": _FORMAT,
        "segments": {
            segment: {
                str(version): base64.b64encode(aes_key_wrap_with_padding(wrapping, key)).decode()
                for version, key in sorted(versions.items())
            }
            for segment, versions in sorted(keys.items())
        },
    }


def unwrap_keys(
    document: dict[str, Any], kek: str, segments: tuple[str, ...] = SEGMENTS
) -> dict[str, dict[int, bytes]]:
    """Return the keys of `segments` from a wrapped document.

    Raises:
        SealError: the key-encryption key is not the one that wrapped them.
        ConfigurationError: the document is not a key file of this format.
    """
    if document.get("format") != _FORMAT:
        raise ConfigurationError(
            "not a key file of format 1", where="keys", hint="see HUB_KEY_FILE"
        )
    wrapping = base64.b64decode(kek)
    try:
        return {
            segment: {
                int(version): aes_key_unwrap_with_padding(wrapping, base64.b64decode(wrapped))
                for version, wrapped in document["segments"][segment].items()
            }
            for segment in segments
            if segment in document["segments"]
        }
    except InvalidUnwrap:
        raise SealError(
            "the key-encryption key does not open the key file",
            where="keys",
            hint="HUB_KEK and HUB_KEY_FILE belong together; see docs/runbooks/lost-key.md",
        ) from None


def read_key_file(path: Path) -> dict[str, Any]:
    """Return the wrapped document of a key file.

    Raises:
        ConfigurationError: it is missing or not JSON.
    """
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            "there is no key file", where="HUB_KEY_FILE", hint="run `hub keys init` once"
        ) from None
    except ValueError:
        raise ConfigurationError(
            "the key file is not JSON", where="HUB_KEY_FILE", hint="restore it from the key backup"
        ) from None
    return document


@lru_cache(maxsize=8)
def sealer(segments: tuple[str, ...] = SEGMENTS) -> Sealer:
    """Return this process's sealer for `segments`, unwrapped once."""
    document = read_key_file(settings().key_file)
    return Sealer(unwrap_keys(document, settings().kek.get_secret_value(), segments))
