"""A small hub, built by the hub's own code: standardised, matched, merged, and landed after that."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.delta.load import load_base, load_delta
from bench.matching import running
from customer_hub.backup.tables import driver_of
from customer_hub.core import db, keys, subjects
from customer_hub.core.copy_lines import make_lines
from customer_hub.core.landing import SEGMENT, TABLE, payload_key

PROJECT = Path(__file__).resolve().parents[2]
_SEEN = datetime(2026, 11, 21, tzinfo=UTC)
_PADDING = 400  # bytes that a record of a real channel has beside the name


def build_base(count: int) -> None:
    """Fill the hub in the environment with the customers of ``count`` source records."""
    load_delta(load_base(count))
    db.engine().dispose()
    done = running.run([sys.executable, "-m", "bench.delta.once"], PROJECT, is_told=True)
    if done.exit_code:
        raise SystemExit(done.output)
    _land()


def _land() -> None:
    sealer = keys.sealer()
    with db.begin() as connection:
        window = connection.exec_driver_sql(
            "insert into hub.gathered_window (channel, entity, start_at, end_at, history, state,"
            " run_id, seen_at, closed_at) values ('crm', 'customer', now(), now() + interval '1 h',"
            " 'current_state', 'closed', 'bench', now(), now()) returning window_id"
        ).scalar_one()
        rows = connection.exec_driver_sql(
            "select source_key, channel, source_id, version_id, version_at, legal_name, 'customer'"
            " from source.customer union all select source_key, channel, source_id, version_id,"
            " version_at, name, 'contact' from source.contact"
        ).all()
        salts = subjects.ensure_salts(connection, [f"source:{row[0]}" for row in rows])
        lines = []
        for source_key, channel, source_id, version_id, at, name, entity in rows:
            value = {"id": source_id, "name": name, "more": _pad(source_key)}
            digest = sealer.digest(value)
            key, subject = payload_key(source_key, at, _SEEN, digest), f"source:{source_key}"
            sealed = sealer.seal(TABLE, SEGMENT, key, salts[subject], value)
            lines.append(
                (version_id, source_key, channel, entity, source_id, "upsert", at, True, _SEEN,
                 digest, subject, sealed, window)
            )  # fmt: skip
        statement = (
            "copy landing.version (version_id, source_key, channel, entity, source_id, op,"
            " version_at, is_own_time, seen_at, digest, subject, payload, window_id) from stdin"
        )
        with driver_of(connection).cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(make_lines(lines))


def _pad(word: str) -> str:
    digest = hashlib.shake_256(word.encode())
    return digest.hexdigest(_PADDING // 2)
