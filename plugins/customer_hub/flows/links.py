"""Links from a task in Airflow's pages to ours."""

from typing import Any
from urllib.parse import urlsplit

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf


class DrillReport(BaseOperatorLink):
    """To the page of the backup that a task has proven, or could not prove.

    The task's first argument is the backup's id.
    """

    @property
    def name(self) -> str:
        """What stands on the button."""
        return "Drill report"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the page's path, below whatever path Airflow itself is served."""
        backup_id = next(iter(operator.op_args), None)
        if not isinstance(backup_id, str):
            return ""  # the task that names it has failed
        base = urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")
        return f"{base}/hub/backups/{backup_id}"
