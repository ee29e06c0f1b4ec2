"""Exports of golden customers: what a role may see, as it was at a moment, with a manifest."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from customer_hub.bulk.access import Role
from customer_hub.bulk.columns import TEMPLATE, list_segments, show_columns, show_template
from customer_hub.bulk.request import ExportRequest, check_request
from customer_hub.bulk.tables import TableWriter, writing_table
from customer_hub.channels.manual.template import NEWEST, SHEET, TITLE
from customer_hub.core import audit, clock, db, keys, sql
from customer_hub.core.errors import ConfigurationError, HubError
from customer_hub.revealing import Access, Revealer

MANIFEST = "manifest.json"
_STEM = "customers"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that is there: its id, how many rows, and the hash of its file."""

    export_id: str
    rows: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"export_id": self.export_id, "rows": self.rows, "sha256": self.sha256}


def export_customers(
    request: ExportRequest, folder: Path, requester: str, as_of: datetime | None = None
) -> Exported:
    """Write the customers of a request into a folder, its manifest last; only its owner may read it.

    The same request of the same past moment gives the same bytes, as long as the standardiser is
    the same and nobody in it was erased.

    Args:
        request: what is wanted.
        folder: made if it is not there.
        requester: who asks; kept in the manifest and the audit log.
        as_of: as the hub had it then; None: now.

    Raises:
        ConfigurationError: the request asks for what its role may not see, or this process has no
            key for it.
        HubError: the folder holds an export, or a merge is at work.
    """
    now = clock.now()
    moment = as_of or now
    role = check_request(request, moment, now)
    _check_segments(request)
    path = folder / f"{_STEM}.{request.format}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() or (folder / MANIFEST).exists():
        raise HubError("there is an export already", where=folder.name, hint="give another folder")
    partial = _make_partial(path)
    # What a merge at work commits later would belong to a moment that is past already.
    with db.hold_lock("merge"), db.begin() as connection:
        rows = _write_file(connection, request, role, partial, moment)
    done = Exported(secrets.token_hex(8), rows, _hash_file(partial))
    manifest = {
        **done.as_dict(),
        "file": path.name,
        "requester": requester,
        "purpose": request.purpose,
        "role": request.role,
        "filters": request.filters,
        "changed_since": request.changed_since.isoformat() if request.changed_since else None,
        "columns": list(request.columns or TEMPLATE),
        "masked": sorted(set(request.columns) & set(role.masked)),
        "template_version": NEWEST if request.is_template else None,
        "as_of": moment.isoformat(),
        "exported_at": now.isoformat(),
    }
    with db.begin() as connection:
        audit.append_entry(
            connection, requester, "export customers", f"export {done.export_id}",
            request.purpose, after=manifest,
        )  # fmt: skip
    proof = _make_partial(folder / MANIFEST)
    proof.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
    proof.replace(folder / MANIFEST)
    return done


def _make_partial(path: Path) -> Path:
    """Return a fresh file beside `path` that only its owner may read."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    return partial


def _check_segments(request: ExportRequest) -> None:
    missing = list_segments(request.needed) - frozenset(keys.sealer().segments)
    if missing:
        raise ConfigurationError(
            f"this process has no key for {', '.join(sorted(missing))}",
            where="export",
            hint="ask for other columns, or run it where the key is",
        )


def _write_file(
    connection: Connection, request: ExportRequest, role: Role, path: Path, moment: datetime
) -> int:
    columns = request.columns or TEMPLATE
    title = f"{TITLE} {NEWEST}" if request.is_template else ""
    sheet = f"{SHEET}{NEWEST}" if request.is_template else _STEM
    with writing_table(path, request.format, columns, title, sheet) as table:
        return _write_rows(connection, request, role, table, moment)


def _write_rows(
    connection: Connection,
    request: ExportRequest,
    role: Role,
    table: TableWriter,
    moment: datetime,
) -> int:
    sealer, access = keys.sealer(), Access(list_segments(request.needed))
    masked = frozenset(role.masked)
    count = 0
    chunks = sql.stream(
        connection,
        "bulk/stream_export",
        chunk=_CHUNK,
        as_of=moment,
        equal=json.dumps(request.filters),
        changed_since=request.changed_since,
    )
    with db.look_beside() as beside:  # a cursor is open on the other connection
        for chunk in chunks:
            revealer = Revealer(beside, sealer, access, chunk)
            for row in chunk:
                values = revealer.reveal(row)
                if request.is_template:
                    table.write(show_template(row, values))
                else:
                    table.write(show_columns(row, values, request.columns, masked))
            count += len(chunk)
    return count


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
