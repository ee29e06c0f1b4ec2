"""The steward's web app: FastAPI without its own pages, behind the log-in that it is given."""

import logging
from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI, Request
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from customer_hub.steward.guard import SecurityHeaders
from customer_hub.steward.pages import render
from customer_hub.steward.routes import make_router
from customer_hub.steward.session import Steward

_log = logging.getLogger(__name__)
_TOLD = {401, 403, 404, 410, 413}


def create_app(authenticate: Callable[..., Steward]) -> FastAPI:
    """Return the app.

    Args:
        authenticate: a FastAPI dependency that returns the reader or raises 401 or 403; it stands
            in front of every route, unknown ones and assets included.
    """

    def admit(request: Request, steward: Steward = Depends(authenticate)) -> None:  # noqa: B008
        request.state.steward = steward

    app = FastAPI(
        title="Customer hub",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(admit)],
    )
    app.include_router(make_router())
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(HTTPException, _show_refusal)
    app.add_exception_handler(OperationalError, _show_outage)
    return app


def _show_refusal(request: Request, error: Any) -> Response:
    """Say in the reader's language what was refused."""
    status: int = error.status_code
    key = "error.403_form" if error.detail == "form" else f"error.{status}"
    told = key if status in _TOLD else "error.404"
    return render(request, "error.html", {"told": told, "status": status}, status=status)


def _show_outage(request: Request, error: Exception) -> Response:
    """Say that the database is away or too slow; its own words may name hosts and are not shown."""
    _log.error("steward: the database did not answer: %s", type(error).__name__)
    return render(request, "error.html", {"told": "error.503", "status": 503}, status=503)
