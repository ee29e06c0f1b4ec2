"""A lost salt stops the room that needs it: no customer is dropped because theirs is gone (law 1)."""

from collections.abc import Callable

import pytest

from customer_hub.channels.config import read_channel
from customer_hub.core import db, keys, sql, table_hash
from customer_hub.core.errors import SealError
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.closing import queue_accepted
from customer_hub.validate.gate import validate_window
from tests.landed import Landing, land
from tests.records import make_account, make_person
from tests.sql.source_rows import Source, put

PERSON = Source(
    "crm/customer/1", "王建国", phones=["+8613800012345"], identity={"birth_on": "1990-01-01"}
)


def lose_salts() -> None:
    with db.begin() as connection:
        connection.exec_driver_sql("delete from privacy.subject_key")


def check_nothing_changes(step: Callable[[], object], *tables: str) -> None:
    """The step must stop, and leave the tables and its queue as they were."""

    def read() -> list[list[str]]:
        with db.begin() as connection:
            return [
                [
                    row[0]
                    for row in connection.exec_driver_sql(
                        f"select t::text from {table} as t order by t::text"
                    )
                ]
                for table in tables
            ]

    before = read()
    assert all(before)
    lose_salts()
    with pytest.raises(SealError, match="has no salt"):
        step()
    assert read() == before


def test_validate_closes_no_window_that_it_cannot_read(hub: str) -> None:
    crm = read_channel("crm")
    window = land([Landing("1", make_account())])
    check_nothing_changes(lambda: validate_window(crm, window, "run"), "hub.gathered_window")


def test_standardise_keeps_the_rows_that_it_wrote(hub: str) -> None:
    versions = [Landing("1", make_person(id="1")), Landing("1", make_person(id="1"), hour=2)]
    for version in versions:
        window = land([version], state="closed")
        with db.begin() as connection:
            queue_accepted(connection, window_id=window)
        if version is versions[0]:
            standardise_pending("first")
    check_nothing_changes(
        lambda: standardise_pending("second"), "source.customer", "landing.pending_key"
    )


def test_match_keeps_the_features_that_it_made(hub: str) -> None:
    with db.begin() as connection:
        put(connection, PERSON)
    match_pending("first")
    with db.begin() as connection:
        sql.run(connection, "match/queue_records", keys=[PERSON.key])
    check_nothing_changes(
        lambda: match_pending("second"), "match.feature", "match.crosswalk", "match.pending_record"
    )


def test_merge_keeps_the_values_that_it_took(hub: str) -> None:
    with db.begin() as connection:
        put(connection, PERSON)
    match_pending("first")
    check_nothing_changes(lambda: merge_pending("run"), "match.crosswalk", "master.pending_golden")


def test_a_table_hash_says_whose_salt_is_lost(hub: str) -> None:
    with db.begin() as connection:
        put(connection, PERSON)
    lose_salts()
    with db.begin() as connection, pytest.raises(SealError, match="crm/customer/1: the subject"):
        table_hash.hash_tables(connection, keys.sealer())
