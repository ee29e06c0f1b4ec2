"""The pages of the validation runs, found below the report folder and nowhere else."""

from pathlib import Path

from customer_hub.core.settings import settings
from customer_hub.validate.page import page_name


def find_report(name: str) -> Path | None:
    """Return the file of a report page; None when there is none, or the name leads elsewhere.

    Args:
        name: ``<run>/<window>.html``, as it stands in a URL.
    """
    root = settings().report_dir.resolve()
    parts = name.split("/")
    if len(parts) != 2 or "\0" in name or not name.endswith(".html"):
        return None
    path = root.joinpath(*parts).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def name_report(run_id: str | None, window_id: int) -> str | None:
    """Return the name of the report on a window, or None when it was not written or is gone."""
    if not run_id or not window_id:
        return None
    name = page_name(run_id, window_id)
    return name if find_report(name) else None
