"""The steps of the bulk DAGs: params are file references and options, results are ids and counts."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from customer_hub.channels.config import read_channel
from customer_hub.core.as_of import ZONE
from customer_hub.core.errors import BadDataError, ConfigurationError
from customer_hub.core.settings import settings

IMPORTS = "imports"
_unsafe = re.compile(r"[^A-Za-z0-9._-]+")


def check_import(name: str, author: str | None, run_id: str) -> dict[str, Any]:
    """Say what the import of a file would do; `<file>.errors.csv` beside it names the rows."""
    from customer_hub.bulk.checking import check_import as check
    from customer_hub.bulk.file import look_at
    from customer_hub.bulk.report import writing_report

    path, login = _find_file(name)
    with writing_report(path.parent, path.stem, has_values=False) as tell:
        return check(look_at(path), author or login, run_id, tell).as_dict()


def apply_import(name: str, author: str | None, run_id: str) -> dict[str, Any]:
    """Import a file; one that needs a second person fails until it is approved."""
    from customer_hub.bulk.applying import apply_import as apply
    from customer_hub.bulk.file import look_at
    from customer_hub.bulk.report import write_errors

    path, login = _find_file(name)
    actor, file = author or login, look_at(path)
    done = apply(file, actor, f"run {run_id} of import_file", run_id)
    if done.state == "waiting":
        raise BadDataError(
            f"{done.landed} rows need a second person",
            where=f"import {done.token}",
            hint=f"`hub import approve {done.token} --reason ..`, then clear this task",
        )
    if done.receipt is not None:
        write_errors(path.parent, file, actor, done.receipt.window_id)
    return done.as_dict()


def export_customers(
    request: str, as_of: str | None, requester: str | None, run_id: str
) -> dict[str, Any]:
    """Export what a saved request says, into a folder of the run."""
    from customer_hub.bulk.exporting import export_records
    from customer_hub.bulk.request import read_request

    folder = settings().export_dir
    if folder is None:
        raise ConfigurationError(
            "no folder for exports", where="HUB_EXPORT_DIR", hint="set it where tasks run"
        )
    run = _unsafe.sub("_", run_id).strip("._")
    moment = _read_moment(as_of) if as_of else None
    return export_records(
        read_request(request), folder / run, requester or "airflow", moment
    ).as_dict()


def _read_moment(text: str) -> datetime:
    """Return a moment; without an offset, in the hub's own zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            "as_of is no moment", where="export_customers", hint="write 2026-11-01T00:00:00+08:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _find_file(name: str) -> tuple[Path, str]:
    """Return a file of the imports folder, and the log-in of the upload connection."""
    from customer_hub.flows.connections import read_access

    access = read_access(read_channel("manual"))
    if not name or Path(name).name != name:
        raise ConfigurationError(
            "the file is named by its plain name", where="import_file", hint=f"put it in {IMPORTS}/"
        )
    return Path(url2pathname(urlsplit(access.base_url).path)) / IMPORTS / name, access.login
