"""The master is the same whoever merged it: one process, or several with chunks of their own."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

import customer_hub.merge.run as merging
from customer_hub.core import db, keys, table_hash
from customer_hub.core.errors import HubError
from customer_hub.core.workers import spread
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.rebuild import rebuild
from tests.landed import Landing, land
from tests.records import make_account, make_contact, make_person
from tests.sql.source_rows import Source, put
from tests.sql.test_rebuild import build, queue, scalar

NAMES = ("欧阳娜娜", "王建国", "李梅", "司马相如", "陈一", "赵云飞")


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Chunks of two golden records, for two worker processes, which must have been asked."""
    asked: list[int] = []

    def spy(connection: Connection, work: Any, tasks: Any, workers: int) -> Iterator[Any]:
        asked.append(workers)
        return spread(connection, work, tasks, workers)

    monkeypatch.setattr(merging, "spread", spy)
    monkeypatch.setattr(merging, "MANY", 2)
    monkeypatch.setattr(merging, "CHUNK", 2)
    monkeypatch.setattr(merging.os, "sched_getaffinity", lambda _pid: {0, 1})
    yield
    assert asked[0] == 2


def hashes() -> dict[str, Any]:
    with db.begin() as connection:
        return table_hash.hash_tables(connection, keys.sealer())


def versions() -> str:
    return str(
        scalar(
            "select jsonb_agg(to_jsonb(v) - 'recorded_from' - 'recorded_to'"
            " order by golden_id, version_no)::text from master.customer_version as v"
        )
    )


def changes() -> str:
    return str(
        scalar("select array_agg((golden_id, kind) order by change_id)::text from publish.change")
    )


def root() -> str:
    return str(scalar("select max(root_hash::text) from hub.run_receipt where step = 'merge'"))


def gather() -> None:
    people = [
        Landing(f"p{n}", make_person(id=f"p{n}", name=name, cMobile=f"1390013900{n}", cIdentityNumber=None,
                                     emailAddress=f"p{n}@mail.example"))
        for n, name in enumerate(NAMES)
    ]  # fmt: skip
    queue(land([*people, Landing("a1", make_account(id="a1"))], state="closed"))
    contact = make_contact(id="c1", accountId="a1", name=NAMES[0], lastName="欧阳", firstName="娜娜",
                           cMobile="13900139000")  # fmt: skip
    queue(land([Landing("c1", contact)], entity="contact", state="closed"))


def test_workers_build_what_one_process_builds(hub: str, crew: None, monkeypatch: Any) -> None:
    gather()
    build()
    made = hashes(), versions(), changes(), root()
    # Without its figures the planner lets each chunk of a first build read the whole table.
    figures = "select reltuples from pg_class where oid = 'master.customer_version'::regclass"
    assert int(scalar(figures) or 0) > 0, "-1 before the first analyse"
    assert scalar("select count(*) from master.customer") == 7
    assert scalar("select count(*) from master.relation where kind = 'same_person'") == 1
    monkeypatch.setattr(merging, "MANY", 10**6)
    for table in ("customer_version", "pending_golden"):
        scalar(f"with gone as (delete from master.{table}) select 1")
    for table in ("publish.change", "hub.run_receipt"):
        scalar(f"with gone as (delete from {table}) select 1")
    assert rebuild().different == ()
    assert (hashes(), versions(), changes(), root()) == made


def test_a_rebuild_by_workers_reads_what_is_not_committed(hub: str, crew: None) -> None:
    gather()
    build()
    made = hashes(), versions(), changes()
    assert rebuild().different == ()
    assert (hashes(), versions(), changes()) == made


def test_a_lost_salt_stops_workers_and_nothing_is_written(hub: str, crew: None) -> None:
    people = [
        Source(f"crm/customer/{n}", name, phones=[f"+861390013900{n}"])
        for n, name in enumerate(NAMES)
    ]
    with db.begin() as connection:
        put(connection, *people)
    match_pending("test")
    scalar(
        "with gone as (delete from privacy.subject_key "
        " where reference = 'source:crm/customer/4') select 1"
    )
    with pytest.raises(HubError, match="has no salt"):
        merge_pending("test")
    assert scalar("select count(*) from master.customer") == 0
    assert scalar("select count(*) from master.pending_golden") == len(NAMES)
