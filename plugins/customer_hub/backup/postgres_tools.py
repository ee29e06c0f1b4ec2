"""pg_dump and pg_restore as child processes: no password on the command line, always a time-out."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy import make_url

from customer_hub.core.errors import BackupError
from customer_hub.core.settings import settings

_TIMEOUT_SECONDS = 3600
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


@contextmanager
def dump(url: str, snapshot: str, apart: Iterable[str]) -> Iterator[IO[bytes]]:
    """Run pg_dump on an exported snapshot; yields its output.

    Args:
        url: the database.
        snapshot: from pg_export_snapshot(), so that dump and hashes see the same rows.
        apart: tables whose rows stay out.

    Raises:
        BackupError: pg_dump failed.
    """
    command = [
        _tool("pg_dump"), "--format=custom", "--compress=1", "--no-owner", "--no-privileges", "-w",
        f"--snapshot={snapshot}", *(f"--exclude-table-data={name}" for name in apart),
    ]  # fmt: skip
    with subprocess.Popen(
        command, env=_environment(url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None  # asked for above
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        _check(process, "pg_dump")


def restore(url: str, chunks: Iterable[bytes]) -> None:
    """Feed a dump to pg_restore.

    Raises:
        BackupError: pg_restore failed.
    """
    command = [
        _tool("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", "-w",
        f"--dbname={make_url(url).database}",
    ]  # fmt: skip
    with subprocess.Popen(
        command, env=_environment(url), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None  # asked for above
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # pg_restore gave up: its own message follows
        except BaseException:
            process.kill()
            raise
        _check(process, "pg_restore")


def _check(process: "subprocess.Popen[bytes]", tool: str) -> None:
    assert process.stderr is not None  # asked for by the callers
    message = process.stderr.read().decode("utf-8", "replace")
    if process.wait(_TIMEOUT_SECONDS) != 0:
        # Only the first line, and no DETAIL: those can hold a row's values.
        first = next((line for line in message.splitlines() if "error" in line.lower()), "")
        raise BackupError(
            f"{tool} failed with status {process.returncode}: {first[:200]}",
            where="backup",
            hint="see docs/runbooks/backup_master.md",
        )


def _tool(name: str) -> str:
    folder = settings().postgres_bin_dir
    path = shutil.which(name, path=str(folder) if folder else None)
    if path is None:
        raise BackupError(
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
