"""The floor on a real database: migrations, salts, seals, locks, policy versions."""

import os
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy.exc import DBAPIError

from customer_hub.core import db, keys, migrate, policy, sql, subjects
from customer_hub.core.errors import ConfigurationError, HubError, SealError
from customer_hub.core.settings import read_settings
from tests.landed import Landing, land
from tests.sql_trace import find_unexecuted, list_statements


def test_migrating_again_applies_nothing(hub: str) -> None:
    assert migrate.migrate() == []
    with db.begin() as connection:
        count = connection.exec_driver_sql("select count(*) from hub.migration").scalar_one()
    assert count == len(migrate.read_migrations())


def test_an_edited_migration_is_refused(hub: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in migrate.MIGRATIONS_DIR.glob("*.sql"):
        (folder / path.name).write_text(path.read_text() + "-- edited\n")
    with pytest.raises(ConfigurationError, match="edited after they were applied"):
        migrate.migrate(folder=folder)


def test_salts_are_made_once(hub: str) -> None:
    with db.begin() as connection:
        first = subjects.ensure_salts(connection, ["source:a", "source:b"])
    with db.begin() as connection:
        again = subjects.ensure_salts(connection, ["source:b", "source:a", "source:c"])
    assert {key: again[key] for key in first} == first
    assert len({*again.values()}) == 3


def test_a_sealed_value_opens_only_where_it_was_sealed(hub: str) -> None:
    sealer = keys.sealer()
    salt = b"s" * 32
    sealed = sealer.seal("source.customer", "identity", "a", salt, {"n": "𠮷\udc80"})
    assert sealer.unseal("source.customer", "identity", "a", salt, sealed) == {"n": "𠮷\udc80"}
    for table, segment, key, other in (
        ("source.contact", "identity", "a", salt),
        ("source.customer", "finance", "a", salt),
        ("source.customer", "identity", "b", salt),
        ("source.customer", "identity", "a", b"t" * 32),
    ):
        with pytest.raises(SealError):
            sealer.unseal(table, segment, key, other, sealed)
    with pytest.raises(SealError):
        sealer.unseal("source.customer", "identity", "a", salt, sealed[:-1] + b"\0")


def test_a_role_without_a_segment_cannot_open_it(hub: str) -> None:
    sealed = keys.sealer().seal("t", "finance", "k", b"s" * 32, 1)
    with pytest.raises(SealError, match="no key for segment finance"):
        keys.sealer(("contact",)).unseal("t", "finance", "k", b"s" * 32, sealed)


def test_a_wrong_kek_is_refused(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = keys.read_key_file(Path(os.environ["HUB_KEY_FILE"]))
    with pytest.raises(SealError, match="does not open the key file"):
        keys.unwrap_keys(document, keys.new_kek())


def test_the_key_file_is_private_and_never_overwritten(hub: str) -> None:
    path = Path(os.environ["HUB_KEY_FILE"])
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not keys.create_key_file(path, os.environ["HUB_KEK"])
    assert path.read_bytes() == before


def test_new_keys_are_never_made_over_data(hub: str) -> None:
    path = Path(os.environ["HUB_KEY_FILE"])
    land([Landing("1", {"id": "1"})])
    path.unlink()
    with pytest.raises(ConfigurationError, match="database holds data"):
        keys.init_key_file()
    with db.begin() as connection:
        connection.exec_driver_sql("delete from privacy.subject_key")
    with pytest.raises(ConfigurationError, match="database holds data"):
        keys.init_key_file()
    with db.begin() as connection:
        connection.exec_driver_sql("delete from landing.version")
    assert keys.init_key_file()
    assert not keys.init_key_file()


def test_of_two_who_make_a_key_file_one_wins(tmp_path: Path) -> None:
    path, count = tmp_path / "keys.json", 8
    keks, start = [keys.new_kek() for _ in range(count)], Barrier(count)

    def make(kek: str) -> bool:
        start.wait()
        return keys.create_key_file(path, kek)

    with ThreadPoolExecutor(count) as pool:
        made = list(pool.map(make, keks))
    assert made.count(True) == 1
    keys.unwrap_keys(keys.read_key_file(path), keks[made.index(True)])
    assert list(tmp_path.iterdir()) == [path]


def test_a_statement_is_planned_for_what_stands_then(hub: str) -> None:
    """A first load reads the table that it fills, chunk by chunk: a plan for none of it is no good."""
    with db.begin() as connection:
        for _ in range(20):
            sql.rows(connection, "core/select_salts", subjects=[f"source:{n}" for n in range(50)])
        kept = connection.exec_driver_sql("select count(*) from pg_prepared_statements").scalar()
    assert kept == 0


def test_a_lock_is_held_by_one(hub: str) -> None:
    with db.hold_lock("x"), pytest.raises(HubError, match="another run"), db.hold_lock("x"):
        pass
    with db.hold_lock("x"):
        pass


def test_every_wrong_setting_is_named_at_once(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_KEK", "AAAA")
    monkeypatch.setenv("HUB_S3_SECRET_KEY", "changeme")
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql+psycopg://hub:admin@localhost/hub")
    monkeypatch.delenv("HUB_KEY_FILE")
    with pytest.raises(ConfigurationError) as error:
        read_settings()
    for name in ("HUB_KEK", "HUB_S3_SECRET_KEY", "HUB_DATABASE_URL", "HUB_KEY_FILE"):
        assert name in str(error.value)
    assert "changeme" not in str(error.value)
    assert "admin@" not in str(error.value)


def test_a_changed_policy_needs_a_rebuild(hub: str) -> None:
    first = policy.Policy({"a": 1}, b"1" * 32)
    second = policy.Policy({"a": 2}, b"2" * 32)
    with db.begin() as connection:
        number = policy.ensure_active_version(connection, first)
        assert policy.ensure_active_version(connection, first) == number
        with pytest.raises(ConfigurationError, match="hub rebuild"):
            policy.ensure_active_version(connection, second)
        assert policy.activate_version(connection, second) > number
        again = policy.activate_version(connection, first)
        assert again > number, "each time that it comes into force it is a version of its own"
        assert policy.activate_version(connection, first) == again
        assert policy.ensure_active_version(connection, first) == again


def test_a_new_channel_is_no_new_decision_but_another_word_of_one_is(hub: str) -> None:
    def trusting(**trusts: int) -> policy.Policy:
        channels = {name: {"trust": trust} for name, trust in trusts.items()}
        return policy.make_policy({"match": {"cap": 60}, "channels": channels})

    with db.begin() as connection:
        number = policy.ensure_active_version(connection, trusting(crm=80))
        further = policy.ensure_active_version(connection, trusting(crm=80, shop=60))
        assert further != number
        for other, name in ((trusting(crm=80, shop=61), "shop"), (trusting(shop=60), "crm")):
            with pytest.raises(ConfigurationError, match=f"version {further}: channels/{name}"):
                policy.ensure_active_version(connection, other)
        assert policy.ensure_active_version(connection, trusting(crm=80, shop=60)) == further


def test_an_unknown_statement_is_named(hub: str) -> None:
    with db.begin() as connection, pytest.raises(HubError, match=r"no statement core/none\.sql"):
        sql.run(connection, "core/none")


def test_database_errors_name_no_values(hub: str) -> None:
    secret = "13800138000"
    statements = (
        "insert into steward.task (kind, subject, state) values (%(v)s, %(v)s, %(v)s)",
        "select %(v)s::text::date",
        "insert into hub.migration (number, name, sha256) values (1, %(v)s, '')",
    )
    for statement in statements:
        with pytest.raises(DBAPIError) as raised, db.begin() as connection:
            connection.exec_driver_sql(statement, {"v": secret})
        text = "".join(traceback.format_exception(raised.value))
        assert secret not in text
        assert "SQLSTATE" in text


def test_what_is_executed_is_traced_and_the_rest_is_named(
    hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    monkeypatch.setenv("HUB_SQL_TRACE", str(trace))
    with db.begin() as connection:
        sql.rows(connection, "core/count_waiting")
    with pytest.raises(DBAPIError), db.begin() as connection:
        sql.run(connection, "core/select_salts", subjects="no array")
    assert list_statements() - set(find_unexecuted(trace)) == {"core/count_waiting"}
