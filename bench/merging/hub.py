"""Hubs for the bench: one throw-away PostgreSQL server, a database a hub, keys of their own."""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from customer_hub.core import db, keys, migrate, settings
from local.stack.postgres import Postgres, packaged_binaries


@contextmanager
def running_server() -> Iterator[Postgres]:
    """A PostgreSQL server as `make up` sets it, deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        Path(folder).chmod(0o711)  # under root the server's own user has to come in
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = Postgres(Path(folder) / "pg", port)
        server.start()
        try:
            yield server
        finally:
            server.destroy()


def open_hub(server: Postgres, name: str) -> None:
    """Make an empty migrated hub and set this process's environment to it."""
    url = server.create_database(name, "hub")
    key_file = server.directory / f"{name}.keys.json"
    os.environ |= {
        "HUB_DATABASE_URL": url,
        "HUB_DRILL_DATABASE_URL": url,
        "HUB_POSTGRES_BIN_DIR": str(packaged_binaries()),
        "HUB_KEY_FILE": str(key_file),
        "HUB_KEK": keys.new_kek(),
        "HUB_BACKUP_KEK": keys.new_kek(),
        "HUB_S3_ACCESS_KEY": secrets.token_hex(8),
        "HUB_S3_SECRET_KEY": secrets.token_hex(16),
        "HUB_REPORT_DIR": str(server.directory / "reports"),
    }
    db.engine.cache_clear()
    settings.settings.cache_clear()
    keys.sealer.cache_clear()
    migrate.migrate(url)
    keys.create_key_file(key_file, os.environ["HUB_KEK"])
