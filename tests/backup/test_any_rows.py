"""Random tables come back equal, whatever stands in them; random changes are found again as blocks."""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql as psql
from sqlalchemy import Connection

from customer_hub.backup.archive import open_archive
from customer_hub.backup.chunks import ChunkStore
from customer_hub.backup.manifest import Manifest
from customer_hub.backup.snapshot import write_part
from customer_hub.backup.storage import Bucket
from customer_hub.backup.tables import CopiedTable, copy_in, driver_of, list_tables
from customer_hub.backup.unpack import Unpacker
from customer_hub.core import clock, db

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
EDGES = {
    "text": st.one_of(
        TEXTS, st.sampled_from(["", "\\N", "\\.", "\t\n\r", "👩‍👩‍👧", "𠮷野家", "'\"%s"])
    ),
    "bytea": st.binary(max_size=60),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "numeric": st.sampled_from(["NaN", "Infinity", "-Infinity", "0", "-0.00", "1e400", "1.10"]),
    "double precision": st.sampled_from(["NaN", "Infinity", "-Infinity", "-0", "5e-324"]),
    "boolean": st.booleans(),
    "date": st.sampled_from(["infinity", "-infinity", "4713-01-01 BC", "5874897-12-31"]),
    "timestamptz": st.sampled_from(
        ["infinity", "-infinity", "4713-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00"]
    ),
    "text[]": st.lists(st.one_of(st.none(), TEXTS), max_size=4),
    "bigint[]": st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4),
    "jsonb": st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner)),
        max_leaves=8,
    ).map(json.dumps),
    "uuid": st.uuids().map(str),
}
TYPES = sorted(EDGES)
ROWS = st.lists(st.tuples(*(st.one_of(st.none(), EDGES[name]) for name in TYPES)), max_size=30)


@pytest.fixture(scope="module")
def places(postgres_server: Any) -> Iterator[tuple[str, str]]:
    """Two empty databases, of which one is backed up and one restored into."""
    names = [f"any_{secrets.token_hex(4)}" for _ in range(2)]
    urls = [postgres_server.create_database(name, "hub") for name in names]
    yield urls[0], urls[1]
    for name, url in zip(names, urls, strict=True):
        db.engine(url).dispose()
        postgres_server.drop_database(name)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=ROWS, more=ROWS, gone=st.sets(st.integers(0, 30)))
def test_any_rows_come_back_equal(
    bucket: Bucket, places: tuple[str, str], rows: list[Any], more: list[Any], gone: set[int]
) -> None:
    live, other = places
    with db.begin(live) as connection:
        make_table(connection)
        insert(connection, rows, 0)
    first = back_up(live, None)
    assert restore(first, other) == read(live)
    with db.begin(live) as connection:
        delete = "delete from odd.row where number = any(%(gone)s::bigint[])"
        connection.exec_driver_sql(delete, {"gone": list(gone)})
        insert(connection, more, 100)
    second = back_up(live, first)
    assert restore(second, other) == read(live)
    third = back_up(live, second)  # what of the first is hardly used any more is sent anew
    assert restore(third, other) == read(live)
    assert name_content(back_up(live, third)) == name_content(third)


def name_content(manifest: Manifest) -> set[str]:
    """Return the names of the chunks that hold rows."""
    numbers = set(range(len(manifest.chunks))) - set(manifest.layout)
    return {manifest.chunks[number].name for number in numbers}


def make_table(connection: Connection) -> None:
    """Make an empty table with a column of each type, and an empty one beside it."""
    columns = ", ".join(f'"of {name}" {name}' for name in TYPES)
    for statement in (
        "drop schema if exists odd cascade",
        "create schema odd",
        f'create table odd.row (number bigint, word text, {columns}, "twice" bigint'
        " generated always as (number * 2) stored, primary key (word, number))",
        "create table odd.empty (id integer primary key)",
    ):
        connection.exec_driver_sql(statement)


def insert(connection: Connection, rows: list[Any], first: int) -> None:
    """Add rows; each value is given as text and cast by the server."""
    casts = psql.SQL(", ").join(psql.SQL(f"%s::{name}") for name in TYPES)
    names = psql.SQL(", ").join(psql.Identifier(f"of {name}") for name in TYPES)
    statement = psql.SQL("insert into odd.row (number, word, {}) values (%s, %s, {})")
    with driver_of(connection).cursor() as cursor:
        for number, row in enumerate(rows, first):
            cursor.execute(statement.format(names, casts), (number, f"ß{number % 7}", *row))


def back_up(url: str, earlier: Manifest | None) -> Manifest:
    """Write all rows of a database into the store; returns what says so."""
    archive = open_archive()
    key_id = archive.keyring.current
    store = ChunkStore(archive, key_id, "odd", "data")
    with db.begin(url) as connection:
        written = write_part(connection, "data", store, earlier, (), {})
    return Manifest(
        backup_id="odd", part="data", store_id="odd", key_id=key_id, schema_version=0,
        policy_version=None, server_version=0, segment_keys={}, snapshot_at=clock.now(),
        finished_at=clock.now(), seconds=0, golden_sha256=None,
        tables=written.tables, sequences=written.sequences, chunks=written.chunks,
        live=written.live, layout=written.layout, documents=written.documents,
        sent_count=written.sent_count, sent_bytes=written.sent_bytes,
    )  # fmt: skip


def restore(manifest: Manifest, url: str) -> list[Any]:
    """Fill another database from the store; returns its rows, of the same hashes as the manifest's."""
    with db.begin(url) as connection, ExitStack() as stack:
        make_table(connection)
        store = manifest.open_store(open_archive())
        unpacker = stack.enter_context(Unpacker(manifest, store))
        for name, table in manifest.tables.items():
            copy_in(connection, name, table.columns, unpacker.read_table(name))
        for table in list_tables(connection):
            copied = CopiedTable(connection, table)
            assert b"".join(copied).startswith(b"PGCOPY\n")
            told = manifest.tables[table.name]
            assert (copied.rows, copied.sha256) == (told.rows, told.sha256)
    return read(url)


def read(url: str) -> list[Any]:
    """Return all rows as text, so that NaN equals NaN."""
    with db.begin(url) as connection:
        found = connection.exec_driver_sql(
            "select entry::text from odd.row as entry order by number"
        )
        return list(found.scalars())


def test_the_hash_is_what_psql_says(bucket: Bucket, places: tuple[str, str]) -> None:
    live, _ = places
    with db.begin(live) as connection:
        make_table(connection)
        insert(connection, [tuple(None for _ in TYPES)] * 500, 0)
    table = back_up(live, None).tables["odd.row"]
    columns = ", ".join(f'"{name}"' for name in table.columns)
    order = 'word collate "C", number'
    statement = f"copy (select {columns} from odd.row order by {order}) to stdout (format binary)"
    with (
        db.begin(live) as connection,
        driver_of(connection).cursor() as cursor,
        cursor.copy(statement.encode()) as copy,
    ):
        content = b"".join(bytes(piece) for piece in copy)
    assert sha256(content).hexdigest() == table.sha256
    assert table.byte_count == len(content)
    assert table.rows == 500
    assert 1 < table.blocks < 50
