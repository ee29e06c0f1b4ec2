"""Worker processes that share one transaction, on a real database."""

import os
import signal
from typing import Any

import pytest
from sqlalchemy import Connection

from customer_hub.core import db, sql
from customer_hub.core.errors import HubError, SealError
from customer_hub.core.subjects import ensure_salts, read_salts
from customer_hub.core.workers import spread

NAMES = [f"source:crm/customer/{number}" for number in range(7)]


def salt(session: sql.Session, name: str) -> tuple[int, str, bytes]:
    return os.getpid(), name, ensure_salts(session, [name])[name]


def find(session: sql.Session, name: str) -> bytes:
    return read_salts(session, [name])[name]


def load(session: sql.Session, name: str) -> int:
    return sql.copy_in(session, "gather/copy_swept_ids", [(name,), ("a\\b\tc\nd",)])


def die(_session: sql.Session, name: str) -> None:
    if name == NAMES[3]:
        os.kill(os.getpid(), signal.SIGKILL)


def ask_and_die(session: Any, _name: str) -> None:
    params = {"subjects": "{}"}
    session._pipe.send(("ask", "core/select_salts", params))
    os.kill(os.getpid(), signal.SIGKILL)


def count_salts(connection: Connection) -> int:
    return int(connection.exec_driver_sql("select count(*) from privacy.subject_key").scalar_one())


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_come_in_the_order_of_the_tasks(hub: str, workers: int) -> None:
    with db.begin() as connection:
        answers = list(spread(connection, salt, NAMES, workers))
        assert [name for _, name, _ in answers] == NAMES
        assert len({pid for pid, _, _ in answers} - {os.getpid()}) == (
            workers if workers > 1 else 0
        )
        assert read_salts(connection, NAMES) == {name: value for _, name, value in answers}


def test_workers_read_and_write_in_the_callers_transaction(hub: str) -> None:
    with db.engine().connect() as connection:
        before = ensure_salts(connection, NAMES)
        assert list(spread(connection, find, NAMES, 2)) == [before[name] for name in NAMES]
        list(spread(connection, salt, ["source:crm/customer/new"], 2))
        assert count_salts(connection) == len(NAMES) + 1
        connection.rollback()
        assert count_salts(connection) == 0


def test_what_a_worker_copies_arrives_as_it_is(hub: str) -> None:
    with db.begin() as connection:
        sql.run(connection, "gather/create_swept_id")
        assert list(spread(connection, load, ["x", "汉字"], 2)) == [2, 2]
        rows = connection.exec_driver_sql("select source_id from pg_temp.swept_id").scalars().all()
        assert sorted(rows) == sorted(["x", "汉字", *["a\\b\tc\nd"] * 2])


class UnsendableError(Exception):
    """Cannot be made again from what it tells."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)


def fail_unsendably(_session: sql.Session, name: str) -> None:
    raise UnsendableError(reason="a secret")


def fail(_session: sql.Session, name: str) -> None:
    raise KeyError("missing")


def test_an_error_tells_where_in_the_worker_it_happened(hub: str) -> None:
    with pytest.raises(KeyError) as caught, db.begin() as connection:
        list(spread(connection, fail, NAMES, 2))
    assert "test_workers.py" in caught.value.__notes__[0]


def test_an_error_that_cannot_be_sent_is_told_by_kind_and_place(hub: str) -> None:
    with pytest.raises(HubError, match="UnsendableError") as caught, db.begin() as connection:
        list(spread(connection, fail_unsendably, NAMES, 2))
    assert "test_workers.py" in caught.value.where
    assert "secret" not in str(caught.value)


def test_an_error_of_a_worker_is_the_callers_with_all_it_says(hub: str) -> None:
    with pytest.raises(SealError) as caught, db.begin() as connection:
        list(spread(connection, find, NAMES, 2))
    assert caught.value.where in NAMES
    assert "lost-key" in caught.value.hint


@pytest.mark.parametrize("work", [die, ask_and_die])
def test_a_worker_that_dies_stops_the_run(hub: str, work: Any) -> None:
    with db.begin() as connection, pytest.raises(HubError, match="a worker process died"):
        list(spread(connection, work, NAMES, 2))
