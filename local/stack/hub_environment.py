"""The hub's settings (``HUB_*``) as this machine's stack sets them.

The names are those of ``customer_hub.core.settings``; docker-compose.yml sets the same ones, and a
test compares the two.
"""

from __future__ import annotations

import os

from local.stack.layout import PROJECT, Layout
from local.stack.postgres import Postgres, packaged_binaries
from local.stack.seaweed import Seaweed

BUCKET = "hub-backup"
DATABASE = "hub"
# The restore drill's own role: it makes scratch databases and cannot open the hub's.
DRILL_DATABASE = "hub_drill"


def hub_environment(layout: Layout, postgres: Postgres, seaweed: Seaweed) -> dict[str, str]:
    """Return every setting of the hub; the values are secret, never print them."""
    secrets = layout.secrets
    return {
        "HUB_HOME": str(PROJECT),
        "HUB_DATABASE_URL": postgres.url(DATABASE),
        "HUB_DRILL_DATABASE_URL": postgres.url(DRILL_DATABASE),
        "HUB_POSTGRES_BIN_DIR": str(packaged_binaries()),
        "HUB_KEY_FILE": str(layout.directory / "keys" / "segments.json"),
        "HUB_KEK": secrets.key("hub_kek"),
        "HUB_BACKUP_KEK": secrets.key("hub_backup_kek"),
        "HUB_REPORT_DIR": str(layout.directory / "reports"),
        "HUB_EXPORT_DIR": str(layout.directory / "exports"),
        "HUB_S3_ENDPOINT_URL": seaweed.endpoint_url,
        "HUB_S3_BUCKET": BUCKET,
        "HUB_S3_ACCESS_KEY": seaweed.access_key,
        "HUB_S3_SECRET_KEY": seaweed.secret_key,
        # The one setting that a person may want to try out here: a receiver of alerts.
        "HUB_ALERT_URL": os.environ.get("HUB_ALERT_URL", ""),
    }
