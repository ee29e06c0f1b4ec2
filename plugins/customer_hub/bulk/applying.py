"""Imports that take effect, wait for a second person, or are taken back, each one transaction.

What an import landed stays; undone, its versions are accepted no more, and the current ones are
what they would be without it, whatever came in between.
"""

import secrets
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row

from customer_hub.bulk.file import LOCK, ImportFile, land_file
from customer_hub.bulk.limits import needs_approval
from customer_hub.core import audit, db, keys, sql
from customer_hub.core.errors import BadDataError, HubError
from customer_hub.core.results import Receipt
from customer_hub.gather.run import GatherResult
from customer_hub.validate.closing import queue_accepted
from customer_hub.validate.gate import validate_window

_LIST = "see `hub import list`"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an import; `receipt` is None unless this call landed it."""

    token: str
    state: Literal["applied", "waiting", "nothing"]
    landed: int
    receipt: Receipt | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


class _NeedsSecondPersonError(Exception):
    """Ends the transaction in which a file turned out to be too large for one person."""

    def __init__(self, landed: int) -> None:
        super().__init__(landed)
        self.landed = landed


def apply_import(file: ImportFile, author: str, reason: str, run_id: str) -> Applied:
    """Land a file through the manual channel and its gate, whole or not at all.

    The same content again is nothing. Above the limits it waits until another person has approved
    it; the same call then lands it. It takes effect with the next build.

    Raises:
        HubError: a gather is at work or unfinished, no reason was given, the author is the
            approver, or the same file was undone and not written again since.
        BadDataError: a batch rule of the gate refuses the file; nothing was written.
        ChannelContentError: the file is not a filled template.
    """
    digest = keys.sealer(("index",)).digest(file.sha256.hex())
    try:
        with db.begin_whole(LOCK) as connection:
            return _apply(connection, file, digest, author, reason, run_id)
    except _NeedsSecondPersonError as found:
        return _ask_second_person(file, digest, author, reason, found.landed)


def _apply(
    connection: Connection, file: ImportFile, digest: bytes, author: str, reason: str, run_id: str
) -> Applied:
    standing = _find_standing(connection, file, digest)
    if standing is not None and standing.state != "approved":
        is_waiting = standing.state == "waiting"
        return Applied(
            standing.token, "waiting" if is_waiting else "nothing", standing.landed_count
        )
    if standing is not None and _is_same(standing.approver, author):
        raise HubError("who approved an import does not apply it", where=standing.token, hint=_LIST)
    config, gathered = land_file(file, author, run_id)
    if standing is None and needs_approval(connection, gathered.landed):
        raise _NeedsSecondPersonError(gathered.landed)
    receipt = validate_window(config, gathered.window_id, run_id)
    if receipt.state == "held":
        raise BadDataError(
            "too many rows break rules, or a batch rule refuses the file",
            where=file.path.name,
            hint="nothing was written; `hub import check FILE --out DIR` names each row",
        )
    token = standing.token if standing else secrets.token_hex(8)
    if standing:
        sql.run(
            connection, "bulk/finish_import", token=token, window_id=gathered.window_id,
            landed_count=gathered.landed, author=author,
        )  # fmt: skip
    else:
        _insert(connection, token, file, digest, "applied", author, gathered.landed, gathered)
    audit.append_entry(connection, author, "apply import", f"import {token}", reason)
    return Applied(token, "applied", gathered.landed, receipt)


def _find_standing(connection: Connection, file: ImportFile, digest: bytes) -> Row[Any] | None:
    """Return the import of this content that stands, if one does."""
    found = sql.rows(connection, "bulk/select_imports_of_file", file_digest=digest)
    if found and found[0].state != "undone":
        return found[0]
    if any(row.written_at == file.written_at for row in found):
        raise HubError(
            f"this very file was imported and undone: import {found[0].token}",
            where=file.path.name,
            hint="to import it after all, save it again: its rows are as old as its writing",
        )
    return None


def _ask_second_person(
    file: ImportFile, digest: bytes, author: str, reason: str, landed: int
) -> Applied:
    token = secrets.token_hex(8)
    with db.begin() as connection:
        _insert(connection, token, file, digest, "waiting", author, landed)
        audit.append_entry(connection, author, "ask for import", f"import {token}", reason)
    return Applied(token, "waiting", landed)


def _insert(
    connection: Connection,
    token: str,
    file: ImportFile,
    digest: bytes,
    state: str,
    author: str,
    landed: int,
    gathered: GatherResult | None = None,
) -> None:
    sql.run(
        connection,
        "bulk/insert_import",
        token=token,
        file_name=file.path.name,
        file_digest=digest,
        written_at=file.written_at,
        state=state,
        landed_count=landed,
        window_id=gathered.window_id if gathered else None,
        author=author,
    )


def approve_import(token: str, approver: str, reason: str) -> None:
    """Let an import that waits pass; whoever asked for it then applies it.

    Raises:
        HubError: there is no such import, it does not wait, the approver is its author, or no
            reason was given.
    """
    with db.begin() as connection:
        found = _find(connection, token, "waiting")
        if _is_same(found.author, approver):
            raise HubError(
                "an import is approved by another person than its author", where=token, hint=_LIST
            )
        sql.run(connection, "bulk/approve_import", token=token, approver=approver)
        audit.append_entry(connection, approver, "approve import", f"import {token}", reason)


def undo_import(token: str, author: str, reason: str) -> int:
    """Take back what an import said; returns how many versions that were. Final for this token.

    Nothing else is taken back: what came in between stands, as though the import had never been. It
    takes effect with the next build.

    Raises:
        HubError: there is no such import, it is not applied, or no reason was given.
    """
    with db.begin() as connection:
        found = _find(connection, token, "applied")
        window_id = found.window_id
        withdrawn = sql.run(
            connection, "bulk/withdraw_versions", window_id=window_id, token=token
        ).rowcount
        sql.run(connection, "bulk/reopen_quarantined", window_id=window_id)
        queue_accepted(connection, window_id=window_id)
        sql.run(connection, "bulk/undo_import", token=token)
        audit.append_entry(connection, author, "undo import", f"import {token}", reason)
    return int(withdrawn)


def _find(connection: Connection, token: str, state: str) -> Row[Any]:
    found = sql.rows(connection, "bulk/select_import", token=token)
    if not found or found[0].state != state:
        what = f"it is {found[0].state}, not {state}" if found else "there is no such import"
        raise HubError(what, where=f"import {token}", hint=_LIST)
    return found[0]


def _is_same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
