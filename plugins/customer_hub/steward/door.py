"""What Airflow mounts: builds the web app at the first request, so that loading the plugin is free.

Every Airflow process loads plugins; only the API server serves pages.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class LazyApp:
    """An ASGI app that becomes the steward's app when it is first asked."""

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        await _build_app()(scope, receive, send)


@cache
def _build_app() -> "ASGIApp":
    from customer_hub.steward.app import create_app
    from customer_hub.steward.auth import require_steward

    return create_app(require_steward)
