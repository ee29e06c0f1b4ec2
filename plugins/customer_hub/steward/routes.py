"""The pages: search, one customer, the runs, backups, reports, and the few files that they need."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from customer_hub.core import sql
from customer_hub.merge.resolve import resolve
from customer_hub.steward import session
from customer_hub.steward.backup import load_backup
from customer_hub.steward.customer import load_customer
from customer_hub.steward.guard import REPORT_POLICY, is_own_form
from customer_hub.steward.pages import render
from customer_hub.steward.reading import begin_reading, open_sealer
from customer_hub.steward.reports import find_report, name_report
from customer_hub.steward.runs import load_runs
from customer_hub.steward.search import MAX_LENGTH, Found, find_customers, read_query
from customer_hub.steward.session import Steward

_RECENT = 15
_LARGEST_FORM = 4096
_STATIC = Path(__file__).parent / "static"
STATIC_FILES = {
    "hub.css": "text/css",
    "host.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "icon_dark.svg": "image/svg+xml",
}
_ANY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def current_steward(request: Request) -> Steward:
    """Return the reader; the log-in in front of every route has put them there."""
    steward: Steward = request.state.steward
    return steward


def make_router() -> APIRouter:
    """Return the routes; the app puts the log-in in front of every one."""
    router = APIRouter()
    router.add_api_route("/", show_start, methods=["GET"])
    router.add_api_route("/search", accept_search, methods=["POST"])
    router.add_api_route("/search", show_search, methods=["GET"])
    router.add_api_route("/customers/{golden_id}", show_customer, methods=["GET"])
    router.add_api_route("/runs", show_runs, methods=["GET"])
    router.add_api_route("/backups/{backup_id}", show_backup, methods=["GET"])
    router.add_api_route("/reports/{name:path}", show_report, methods=["GET"])
    router.add_api_route("/static/{name}", show_static, methods=["GET"])
    # Last: whatever else is asked for tells nothing before the log-in either.
    router.add_api_route("/{name:path}", refuse_unknown, methods=_ANY_METHOD)
    return router


def show_start(request: Request) -> Response:
    """Show the search form, the hub in figures, and what changed last."""
    with begin_reading() as connection:
        context = {
            "figures": sql.run(connection, "steward/count_hub").one(),
            "recent": sql.rows(connection, "steward/list_changed", size=_RECENT),
        }
    return _render(request, "start.html", context, tab="customers")


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form: small, URL-encoded, read only after the log-in was checked.

    Raises:
        HTTPException: 413 when it is larger than any search.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413)
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
    return {name: values[0] for name, values in fields.items()}


def accept_search(request: Request, form: dict[str, str] = Depends(read_form)) -> Response:  # noqa: B008
    """Keep what is searched for, sealed, and lead to the page that shows what was found."""
    steward, sealer = current_steward(request), open_sealer()
    token = form.get("token", "")
    if not is_own_form(request) or not session.is_token(sealer, steward, token):
        raise HTTPException(403, "form")
    sealed = session.seal_search(sealer, steward, form.get("q", "")[:MAX_LENGTH])
    response = RedirectResponse(f"{request.scope['root_path']}/search", status_code=303)
    response.set_cookie(
        session.SEARCH_COOKIE,
        sealed,
        max_age=session.SEARCH_SECONDS,
        path=f"{request.scope['root_path']}/search",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response


def show_search(request: Request) -> Response:
    """Show what was found for the reader's last search."""
    sealer = open_sealer()
    cookie = request.cookies.get(session.SEARCH_COOKIE)
    text = session.open_search(sealer, current_steward(request), cookie)
    query = read_query(text) if text else None
    found: Found | None = None
    if query is not None:
        with begin_reading() as connection:
            found = find_customers(connection, sealer, query)
    # A name is shown again in the form; a phone or a mail is not written into any page.
    shown = query.value if query and query.kind in ("name", "golden_id") else ""
    context = {"found": found, "query_text": shown}
    return _render(request, "search.html", context, tab="customers")


def show_customer(request: Request, golden_id: str) -> Response:
    """Show one customer; an id that was merged away leads to the customer that holds it now."""
    wanted = _read_id(golden_id)
    with begin_reading() as connection:
        customer = load_customer(connection, open_sealer(), wanted)
        if customer is None:
            home = _find_home(connection, wanted)
            return RedirectResponse(
                f"{request.scope['root_path']}/customers/{home}?moved=1", status_code=303
            )
    is_moved = "moved" in request.query_params
    context = {"customer": customer, "is_moved": is_moved}
    return _render(request, "customer.html", context, tab="customers")


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise HTTPException(404) from None


def _find_home(connection: Any, golden_id: UUID) -> UUID:
    """Return the customer that an id leads to: where it was merged to, or a contact's customer."""
    resolution = resolve(connection, golden_id)
    if resolution.state == "tombstone":
        raise HTTPException(410)
    current = resolution.golden_id or golden_id
    found = sql.rows(connection, "steward/select_contact_home", customer_id=current)
    home = found[0].golden_id if found else current
    if home == golden_id:
        raise HTTPException(404)
    return UUID(str(home))


def show_runs(request: Request) -> Response:
    """Show the last receipts, windows that wait, quarantine by rule, and backups."""
    with begin_reading() as connection:
        runs = load_runs(connection)
    return _render(request, "runs.html", {"view": runs, "name_report": name_report}, tab="runs")


def show_backup(request: Request, backup_id: str) -> Response:
    """Show a backup and what its restore drills found out: a DAG run links here."""
    with begin_reading() as connection:
        view = load_backup(connection, backup_id)
    if view is None:
        raise HTTPException(404)
    return _render(request, "backup.html", {"view": view}, tab="runs")


def show_report(name: str) -> Response:
    """Show the page of a validation run."""
    path = find_report(name)
    if path is None:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": REPORT_POLICY}
    return FileResponse(path, media_type="text/html", headers=headers)


def show_static(name: str) -> Response:
    """Serve the style sheet, the script and the icons; nothing else is in reach."""
    if name not in STATIC_FILES:
        raise HTTPException(404)
    headers = {"Cache-Control": "private, max-age=600"}
    return FileResponse(_STATIC / name, media_type=STATIC_FILES[name], headers=headers)


def refuse_unknown(name: str) -> Response:
    """Answer for every path that is not one of ours."""
    raise HTTPException(404, f"no page of that name ({len(name)} characters)")


def _render(request: Request, template: str, context: dict[str, Any], *, tab: str) -> Response:
    token = session.make_token(open_sealer(), current_steward(request))
    return render(request, template, {"query_text": "", **context, "token": token, "tab": tab})
