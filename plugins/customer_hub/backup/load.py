"""Fill an empty database from a backup: definitions, rows, indexes; and rows of its other part."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from customer_hub.backup import postgres_tools
from customer_hub.backup.manifest import SCHEMA, TableContent
from customer_hub.backup.tables import copy_in, set_sequences
from customer_hub.backup.unpack import Unpacker
from customer_hub.core import db, sql

log = logging.getLogger(__name__)
_LOADERS = 2


def load_backup(parts: Sequence[Unpacker], url: str) -> dict[str, float]:
    """Restore a backup into an empty database.

    Args:
        parts: the hub's tables, whose definitions are taken; and what is about privacy (salts,
            suppressions), if it was of the same schema.
        url: the database.

    Returns:
        Seconds by step: rows, indexes.

    Raises:
        BackupError: an object is missing or changed, or a key is wrong; the database is half filled.
    """
    began = time.monotonic()
    schema = parts[0].read_document(SCHEMA)
    postgres_tools.restore_schema(url, schema, "pre-data")
    load_rows(parts, url)
    filled = time.monotonic()
    postgres_tools.restore_schema(url, schema, "post-data")
    with db.begin(url) as connection:
        sql.run(connection, "backup/analyze")
    log.info("indexes and foreign keys built")
    return {"rows": filled - began, "indexes": time.monotonic() - filled}


def load_rows(parts: Sequence[Unpacker], url: str) -> None:
    """Fill the tables of parts of a backup, and let their sequences go on; raises as `load_backup`."""
    tables = [(part, *table) for part in parts for table in part.manifest.tables.items()]
    tables.sort(key=lambda each: -each[2].byte_count)

    def load(part: Unpacker, name: str, table: TableContent) -> None:
        with db.begin(url) as connection:
            copy_in(connection, name, table.columns, part.read_table(name))

    with ThreadPoolExecutor(_LOADERS) as pool:
        list(pool.map(lambda each: load(*each), tables))
    with db.begin(url) as connection:
        for part in parts:
            set_sequences(connection, part.manifest.sequences)
    log.info("%d rows restored", sum(part.manifest.row_count for part in parts))
