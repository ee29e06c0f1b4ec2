"""Exports of golden customers or of orders: what a role may see, in files with a manifest."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from customer_hub.bulk.access import Role
from customer_hub.bulk.columns import TEMPLATE
from customer_hub.bulk.customers import check_segments, write_customers
from customer_hub.bulk.orders import choose_columns, open_orders, write_orders
from customer_hub.bulk.request import ExportRequest, check_request
from customer_hub.bulk.tables import writing_table
from customer_hub.channels.manual.template import NEWEST, SHEET, TITLE
from customer_hub.core import audit, db
from customer_hub.core.errors import HubError
from customer_hub.core.past import read_clock

MANIFEST = "manifest.json"
_STEMS = {"customer": ("customers",), "sales_order": ("orders", "order_lines")}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A finished file of an export: its header, how many rows, and the hash of its bytes."""

    file: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that is there: its id and its files, the table of orders before that of lines."""

    export_id: str
    files: tuple[ExportedFile, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"export_id": self.export_id, "files": [asdict(file) for file in self.files]}


def export_records(
    request: ExportRequest, folder: Path, requester: str, as_of: datetime | None = None
) -> Exported:
    """Write what a request asks for into a folder, its manifest last; only its owner may read it.

    The same request of the same past moment gives the same bytes, until another policy or
    standardiser is activated, or somebody in it is erased.

    Args:
        request: what is wanted.
        folder: made if it is not there.
        requester: who asks; kept in the manifest and the audit log.
        as_of: what the hub had then; None: now.

    Raises:
        ConfigurationError: the request asks for what its role may not see, or this process has no
            key for it.
        HubError: the folder holds an export, or a build is at work.
    """
    with db.look_beside() as connection:
        now = read_clock(connection)
    role = check_request(request, as_of, now)
    if request.entity == "customer":
        check_segments(request.needed)
    headers = _list_headers(request, role)
    names = [f"{stem}.{request.format}" for stem in _STEMS[request.entity][: len(headers)]]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any((folder / name).exists() for name in (*names, MANIFEST)):
        raise HubError("there is an export already", where=folder.name, hint="give another folder")
    with ExitStack() as stack:
        partials = [stack.enter_context(_making(folder / name)) for name in (*names, MANIFEST)]
        rows = _write_tables(request, role, partials[:-1], headers, as_of, now)
        files = tuple(
            ExportedFile(name, columns, count, _hash_file(partial))
            for name, columns, count, partial in zip(names, headers, rows, partials, strict=False)
        )
        done = Exported(secrets.token_hex(8), files)
        manifest = {
            **done.as_dict(),
            **request.model_dump(mode="json", exclude={"columns", "format"}),
            "requester": requester,
            "masked": sorted(set(request.named) & set(role.masked)),
            "template_version": NEWEST if request.is_template else None,
            "as_of": _name_moment(request, as_of, now),
            "exported_at": now.isoformat(),
        }
        with db.begin() as connection:
            audit.append_entry(
                connection, requester, f"export {_STEMS[request.entity][0]}",
                f"export {done.export_id}", request.purpose, after=manifest,
            )  # fmt: skip
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        partials[-1].write_text(text, encoding="utf-8")
        for partial, name in zip(partials, (*names, MANIFEST), strict=True):
            partial.replace(folder / name)
    return done


def _name_moment(request: ExportRequest, as_of: datetime | None, now: datetime) -> str | None:
    """Return the moment that gives the same bytes again; what is of now alone is of none.

    Orders of now are what is built; at a moment they are what the gate had accepted.
    """
    is_of_now = request.entity == "sales_order" or request.is_of_now
    moment = now if as_of is None and not is_of_now else as_of
    return moment.isoformat() if moment else None


def _list_headers(request: ExportRequest, role: Role) -> list[tuple[str, ...]]:
    """Return the header of each table; a role that sees no lines gets none of them."""
    if request.entity == "customer":
        return [request.named or TEMPLATE]
    return [header for header in choose_columns(request.named or role.whole) if header]


def _write_tables(
    request: ExportRequest,
    role: Role,
    paths: Sequence[Path],
    headers: Sequence[tuple[str, ...]],
    as_of: datetime | None,
    now: datetime,
) -> list[int]:
    """Write every table; returns the rows of each."""
    title = f"{TITLE} {NEWEST}" if request.is_template else ""
    with ExitStack() as stack:
        tables = [
            stack.enter_context(
                writing_table(
                    path, request.format, header, title, f"{SHEET}{NEWEST}" if title else stem
                )
            )
            for path, header, stem in zip(paths, headers, _STEMS[request.entity], strict=False)
        ]
        if request.entity == "sales_order":
            connection = stack.enter_context(open_orders(as_of))
            first, last = request.ordered_from, request.ordered_to
            return write_orders(connection, tables, request.filters, first, last, as_of)
        # What a merge at work commits later would belong to a moment that is past already.
        stack.enter_context(db.hold_lock("merge"))
        connection = stack.enter_context(db.begin())
        masked = frozenset(role.masked)
        return [write_customers(connection, tables[0], request, masked, as_of or now)]


@contextmanager
def _making(path: Path) -> Iterator[Path]:
    """Yield a fresh file beside `path` that only its owner may read; gone if it was not renamed."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        partial.touch(mode=0o600)
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
