"""One step in a process of its own: write, prove, or the peer's dump; prints what it took as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from sqlalchemy import make_url

from bench.matching.running import show_progress
from customer_hub.backup import storage
from customer_hub.backup.archive import open_archive
from customer_hub.backup.drill import run_drill
from customer_hub.backup.manifest import read_manifest
from customer_hub.backup.write import write_backup
from customer_hub.core.settings import settings


def write() -> dict[str, Any]:
    """Write a backup."""
    backup_id, archive = write_backup("bench"), open_archive()
    parts = [read_manifest(part, backup_id, archive) for part in ("data", "keys")]
    return {
        "backup_id": backup_id,
        "rows": sum(part.row_count for part in parts),
        "bytes": sum(part.byte_count for part in parts),
        "sent": sum(part.sent_bytes for part in parts),
        "chunks": sum(len(part.chunks) for part in parts),
    }


def prove(backup_id: str) -> dict[str, Any]:
    """Prove a backup."""
    return run_drill(backup_id, "bench").model_dump(mode="json", exclude={"checks"})


def dump() -> dict[str, Any]:
    """Pipe pg_dump's output into one multipart upload, as people do it."""
    chosen = settings()
    url = make_url(chosen.database_url.get_secret_value()).set(drivername="postgresql")
    command = [
        f"{chosen.postgres_bin_dir}/pg_dump", "-Fc", "-Z1",
        url.render_as_string(hide_password=False),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        storage.client().upload_fileobj(process.stdout, chosen.s3_bucket, "peer/hub.dump")
    if process.returncode:
        raise SystemExit(process.returncode)
    head = storage.client().head_object(Bucket=chosen.s3_bucket, Key="peer/hub.dump")
    return {"bytes": head["ContentLength"]}


def main() -> None:
    """Do the step that is named on the command line."""
    show_progress()
    step, *given = sys.argv[1:]
    act = {"write": write, "prove": prove, "dump": dump}[step]
    began = time.perf_counter()
    found = act(*given)
    print(json.dumps({**found, "wall_seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
