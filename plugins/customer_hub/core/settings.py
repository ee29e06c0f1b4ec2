"""Settings of one hub, read from the environment (``HUB_*``) and checked all at once."""

import base64
import binascii
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from customer_hub.core.errors import ConfigurationError

_PROJECT = Path(__file__).resolve().parents[3]
# Words that people leave in place of a secret; each is refused at the first start.
_DEFAULT_SECRETS = frozenset(
    {"", "admin", "changeme", "change-me", "default", "password", "postgres", "secret", "test"}
)


def check_kek(text: str) -> None:
    """Check that a key-encryption key can be used.

    Raises:
        ValueError: it is not 32 random bytes in base64.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    if len(raw) != 32:
        raise ValueError(f"has {len(raw)} bytes instead of 32")
    if len(set(raw)) < 8:
        raise ValueError("is not random: make one with `hub keys new`")


def _is_elsewhere(url: str) -> bool:
    """Tell whether a database's host is another machine; a bare word is one of a compose network."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # its text quotes the address, which holds a password
        raise ValueError("is no address") from None
    return (
        host != "localhost"
        and not host.startswith("127.")
        and host != "::1"
        and ("." in host or ":" in host)
    )


class Settings(BaseSettings):
    """What the hub needs to know of its surroundings. See docs/reference/settings.md."""

    # An empty variable is none: compose hands each on, set or not.
    model_config = SettingsConfigDict(env_prefix="HUB_", extra="ignore", env_ignore_empty=True)

    home: Path = Field(_PROJECT, description="folder that holds include/ and expectations/")
    database_url: SecretStr = Field(description="postgresql+psycopg://user:password@host:port/hub")
    key_file: Path = Field(description="wrapped segment keys, mode 0600")
    kek: SecretStr = Field(description="key-encryption key, 32 bytes in base64")
    backup_kek: SecretStr = Field(
        description="seals backups; another 32 bytes in base64; more by comma: the first seals, all open"
    )
    s3_endpoint_url: str | None = Field(None, description="S3 endpoint; empty for AWS itself")
    s3_region: str = Field(
        "us-east-1", description="region of the buckets; AWS needs the right one"
    )
    s3_bucket: str = Field("hub-backup", description="bucket that holds the backups")
    s3_lock_bucket: str | None = Field(
        None, description="another one, with object lock, for a copy of each month's first backup"
    )
    s3_encryption: Literal["AES256", "aws:kms"] | None = Field(
        None, description="server-side encryption to ask for, beside our own"
    )
    s3_kms_id: str | None = Field(None, description="id of the store's key for aws:kms")
    s3_access_key: SecretStr = Field(description="access key of the backup bucket")
    s3_secret_key: SecretStr = Field(description="secret key of the backup bucket")
    s3_plain_checksums: bool = Field(
        False, description="true for stores that refuse boto3's default CRC trailers"
    )
    drill_database_url: SecretStr = Field(
        description="a role that may create databases but cannot open the hub's: for restore drills"
    )
    postgres_bin_dir: Path | None = Field(
        None, description="folder of pg_dump and pg_restore; empty: from PATH"
    )
    report_dir: Path = Field(description="where the pages of the validation runs are written")
    export_dir: Path | None = Field(
        None, description="where the DAG export_customers writes, a folder for each run"
    )
    import_rows: int = Field(
        1000, ge=1, description="an import that lands more rows needs a second person"
    )
    import_share: float = Field(
        0.05,
        gt=0,
        le=1,
        description="so does one that lands more than this share of all customers, from 20 rows on",
    )
    alert_url: SecretStr | None = Field(
        None,
        description="a webhook (https://..) or a mail server"
        " (smtps://user:password@host/?from=..&to=..) for alerts; http and smtp only inside a network",
    )

    @field_validator("kek")
    @classmethod
    def _check_key(cls, value: SecretStr) -> SecretStr:
        check_kek(value.get_secret_value())
        return value

    @field_validator("backup_kek")
    @classmethod
    def _check_keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            check_kek(key)
        return value

    @field_validator("s3_secret_key", "s3_access_key")
    @classmethod
    def _check_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value().lower() in _DEFAULT_SECRETS:
            raise ValueError("is empty or a default; set a random one")
        return value

    @field_validator("database_url", "drill_database_url")
    @classmethod
    def _check_database(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if not url.startswith("postgresql+psycopg://"):
            raise ValueError("must name its driver: postgresql+psycopg://..")
        password = url.split("@", 1)[0].rsplit(":", 1)[-1] if "@" in url else ""
        if password.lower() in _DEFAULT_SECRETS:
            raise ValueError("has an empty or default password")
        if _is_elsewhere(url) and "sslmode" not in parse_qs(urlsplit(url).query):
            raise ValueError(
                "names another machine and no sslmode: add ?sslmode=verify-full&sslrootcert=FILE"
            )
        return value

    @field_validator("alert_url")
    @classmethod
    def _check_alert(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value.get_secret_value())
            is_usable = bool(parts.hostname) and parts.port != 0
        except ValueError:  # its text quotes the address, which may hold a password
            is_usable = False
        if not is_usable or parts.scheme not in ("http", "https", "smtp", "smtps"):
            raise ValueError("is neither http(s)://host.. nor smtp(s)://host..")
        if parts.scheme.startswith("smtp") and not {"from", "to"} <= parse_qs(parts.query).keys():
            raise ValueError("names no sender or no receiver: smtp(s)://host/?from=..&to=..")
        return value

    @model_validator(mode="after")
    def _check_keys_differ(self) -> "Settings":
        if self.kek.get_secret_value() in self.backup_kek.get_secret_value().split(","):
            raise ValueError("HUB_KEK and HUB_BACKUP_KEK are the same key")
        return self


def read_settings() -> Settings:
    """Read and check the environment.

    Raises:
        ConfigurationError: names every fault at once; secret values are never shown.
    """
    try:
        return Settings()  # fields come from the environment
    except ValidationError as error:
        faults = [
            f"HUB_{'.'.join(str(part) for part in fault['loc']).upper()}".rstrip("_")
            + f" {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigurationError(
            f"{len(faults)} setting(s) are wrong: " + "; ".join(sorted(faults)),
            where="environment",
            hint="open a hub shell (docs/runbooks/README.md); what each is: docs/reference/settings.md",
        ) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return this process's settings, read once."""
    return read_settings()
