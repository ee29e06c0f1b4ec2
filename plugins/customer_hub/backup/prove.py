"""The process of a drill: `python -m customer_hub.backup.prove BACKUP_ID`.

It knows the bucket, HUB_BACKUP_KEK and the scratch database: it could not read the live database,
nor open anything with the live keys. It tells its progress and, in its last line, what it found.
"""

import json
import logging
import sys
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from customer_hub.backup.chunks import DamagedChunkError
from customer_hub.backup.damage import find_damaged
from customer_hub.backup.restore import restore_backup
from customer_hub.core import db
from customer_hub.core.errors import (
    BackupRefusedError,
    BackupStoreError,
    ConfigurationError,
    HubError,
)
from customer_hub.core.settings import settings

# SQLSTATE: no connection, no room, an operator, a file.
_SERVER_FAULTS = ("08", "53", "57", "58")


def main() -> int:
    """Restore and check the backup named on the command line; print the outcome as JSON."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    sys.stdout.write(json.dumps(_prove(sys.argv[1])) + "\n")
    return 0


def _prove(backup_id: str) -> dict[str, Any]:
    """Return what a drill report says, or why nothing can be said now."""
    try:
        return _restore(backup_id)
    except (BackupStoreError, BackupRefusedError, ConfigurationError) as error:
        return {"undecided": error.what}
    except (psycopg.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = db.strip_values(cause) if isinstance(cause, psycopg.Error) else type(error).__name__
        # A scratch server that is full or gone says nothing of the backup; a refused row does.
        state = (cause.sqlstate if isinstance(cause, psycopg.Error) else None) or "08000"
        found = "undecided" if state.startswith(_SERVER_FAULTS) else "cause"
        return {found: f"the scratch database failed: {said}"}
    except HubError as error:
        return {"cause": error.what}


def _restore(backup_id: str) -> dict[str, Any]:
    try:
        restored = restore_backup(backup_id, settings().database_url.get_secret_value())
    except DamagedChunkError as error:
        damaged = sorted({error.where, *find_damaged(backup_id)})
        more = f" and {len(damaged) - 1} more" if len(damaged) > 1 else ""
        return {"cause": f"{error.what}: {error.where}{more}", "damaged": damaged}
    return {
        "cause": restored.cause,
        "keys_id": restored.keys_id,
        "rto_seconds": round(restored.rto_seconds, 1),
        "seconds": {step: round(taken, 1) for step, taken in restored.seconds.items()},
        "rows": restored.row_count,
        "byte_count": restored.byte_count,
        "opened": restored.opened,
        "checks": [check.model_dump() for check in restored.checks],
    }


if __name__ == "__main__":
    sys.exit(main())
