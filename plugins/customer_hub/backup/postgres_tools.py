"""pg_dump and pg_restore as child processes: no password on the command line, always a time-out."""

import os
import shutil
import subprocess
import tempfile
from typing import Literal

from sqlalchemy import make_url

from customer_hub.core.errors import BackupError, BackupStoreError, ConfigurationError
from customer_hub.core.settings import settings

_TIMEOUT_SECONDS = 4 * 3600
# What pg_restore says of rows, not of the surroundings, where the server speaks English.
_DATA_FAULTS = ("could not create unique index", "violates")
_JOBS = 2  # indexes and keys that are built at once
# What a database URL may ask of TLS, by the variables that the tools read it from.
_TLS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "channel_binding": "PGCHANNELBINDING",
}


def dump_schema(url: str, snapshot: str) -> bytes:
    """Return the definitions of everything in a database, in pg_dump's custom format.

    Args:
        url: the database.
        snapshot: from pg_export_snapshot().

    Raises:
        BackupStoreError: pg_dump failed.
    """
    return _run(
        url,
        "pg_dump", "--format=custom", "--schema-only", "--no-owner", "--no-privileges", "-w",
        f"--snapshot={snapshot}",
    )  # fmt: skip


def restore_schema(url: str, schema: bytes, section: Literal["pre-data", "post-data"]) -> None:
    """Make what `dump_schema` has described: the tables, or what is built upon their rows.

    Raises:
        BackupStoreError: pg_restore failed.
    """
    # A file, for several of its processes read it; it holds definitions only.
    with tempfile.NamedTemporaryFile(suffix=".dump") as file:
        file.write(schema)
        file.flush()
        _run(
            url,
            "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "-w",
            f"--section={section}", f"--dbname={make_url(url).database}", f"--jobs={_JOBS}",
            file.name,
        )  # fmt: skip


def _run(url: str, tool: str, *arguments: str) -> bytes:
    try:
        finished = subprocess.run(
            [_tool(tool), *arguments],
            env=_environment(url),
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(tool, f"took over {_TIMEOUT_SECONDS} s") from None
    if finished.returncode != 0:
        # Only the first line, and no DETAIL: those can hold a row's values.
        lines = finished.stderr.decode("utf-8", "replace").splitlines()
        first = next((line for line in lines if "error" in line.lower()), "")
        if any(mark in first for mark in _DATA_FAULTS):
            raise BackupError(
                f"{tool}: the rows break what their tables promise: {first[:200]}",
                where="backup",
                hint="the hub that was backed up holds this too; see docs/runbooks/restore_drill.md",
            )
        raise _failed(tool, f"ended with status {finished.returncode}: {first[:200]}")
    return finished.stdout


def _failed(tool: str, cause: str) -> BackupStoreError:
    # Of a full disk, a lock, a lost server: not of the backup.
    return BackupStoreError(
        f"{tool} {cause}", where="backup", hint="see docs/runbooks/backup_master.md"
    )


def _tool(name: str) -> str:
    folder = settings().postgres_bin_dir
    path = shutil.which(name, path=str(folder) if folder else None)
    if path is None:
        raise ConfigurationError(
            f"{name} is not to be found",
            where="HUB_POSTGRES_BIN_DIR",
            hint="install the PostgreSQL client tools of the server's version",
        )
    return path


def _environment(url: str) -> dict[str, str]:
    parts = make_url(url)
    # A URL that a person types holds no password: libpq finds it as it does for every other tool.
    kept = ("PATH", "LD_LIBRARY_PATH", "HOME", "PGPASSFILE", "PGPASSWORD")
    given = {"PGPASSWORD": str(parts.password)} if parts.password else {}
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **given,
        **{name: str(parts.query[key]) for key, name in _TLS.items() if key in parts.query},
        "PGHOST": parts.host or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": parts.username or "",
        "PGDATABASE": parts.database or "",
        "PGTZ": "UTC",
        "PGCONNECT_TIMEOUT": "15",
    }
