"""Fill an empty database from a backup: definitions, rows, salts, indexes and keys."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

from customer_hub.backup import postgres_tools
from customer_hub.backup.manifest import SCHEMA, TableContent
from customer_hub.backup.tables import copy_in, set_sequences
from customer_hub.backup.unpack import Unpacker
from customer_hub.core import db, sql

log = logging.getLogger(__name__)
_LOADERS = 2


def load_backup(data: Unpacker, keys: Unpacker, url: str) -> dict[str, float]:
    """Restore a backup with a key backup into an empty database.

    Args:
        data: the hub's tables.
        keys: what is about privacy: salts, suppressions.
        url: the database.

    Returns:
        Seconds by step: rows, indexes.

    Raises:
        BackupError: an object is missing or changed, or a key is wrong; the database is half filled.
    """
    began = time.monotonic()
    schema = data.read_document(SCHEMA)
    postgres_tools.restore_schema(url, schema, "pre-data")
    tables = [(part, *table) for part in (data, keys) for table in part.manifest.tables.items()]
    tables.sort(key=lambda each: -each[2].byte_count)

    def load(part: Unpacker, name: str, table: TableContent) -> None:
        with db.begin(url) as connection:
            copy_in(connection, name, table.columns, part.read_table(name))

    with ThreadPoolExecutor(_LOADERS) as pool:
        list(pool.map(lambda each: load(*each), tables))
    with db.begin(url) as connection:
        for part in (data, keys):
            set_sequences(connection, part.manifest.sequences)
    filled = time.monotonic()
    log.info("%d rows restored", data.manifest.row_count + keys.manifest.row_count)
    postgres_tools.restore_schema(url, schema, "post-data")
    with db.begin(url) as connection:
        sql.run(connection, "backup/analyze")
    log.info("indexes and foreign keys built")
    return {"rows": filled - began, "indexes": time.monotonic() - filled}
