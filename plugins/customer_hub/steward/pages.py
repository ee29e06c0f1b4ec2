"""Render templates: everything is escaped, and every text comes from `wording`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from customer_hub.steward.language import LANGUAGE_COOKIE, choose_language
from customer_hub.steward.runs import list_figures
from customer_hub.values.region import find_region

_YEAR = 365 * 24 * 3600


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HTMLResponse:
    """Return a page in the reader's language; a language chosen by ``?lang`` is remembered.

    Args:
        request: tells the language and where the app is mounted.
        template: file name below templates/.
        context: what the template shows.
        status: HTTP status.
    """
    language = choose_language(request)
    base = request.scope.get("root_path", "")
    text = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            t=language.text,
            word=language.word,
            base=base,
            here=request.url.path,
            **context,
        )
    )
    response = HTMLResponse(text, status_code=status)
    if language.is_chosen:
        # The page's script reads it, to tell a choice from what Airflow's own page is set to.
        response.set_cookie(
            LANGUAGE_COOKIE, language.code, max_age=_YEAR, path=base or "/", samesite="lax"
        )
    return response


def format_moment(moment: datetime) -> str:
    """Return a moment as ``2026-11-18 08:00 UTC``; the page's script turns it into local time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def format_count(count: int) -> str:
    """Return a count with its thousands apart."""
    return f"{count:,}"


def format_size(count: int | None) -> str:
    """Return a number of bytes for people."""
    if count is None:
        return ""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def format_duration(seconds: Decimal) -> str:
    """Return a duration for people: ``12.3 s``, ``4 min 05 s``, ``26 h 03 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
    )


def name_region(code: str | None) -> str:
    """Return a region's code with its name, where the code is known."""
    region = find_region(code) if code else None
    return f"{region.name} ({code})" if region else code or ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": format_moment,
        "count_of": format_count,
        "size": format_size,
        "duration": format_duration,
        "region": name_region,
        "figures": list_figures,
    }
    return environment
