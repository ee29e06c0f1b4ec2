"""How WooCommerce words its answers: errors, list parameters, page headers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.clock import BUSINESS_ZONE, STAMP_FORMAT
from local.sandbox.store import Body

_MAX_PAGE = 100


class WooError(Exception):
    """A refusal in WooCommerce's form {code, message, data:{status}}."""

    def __init__(self, code: str, message: str, status: int, **data: Any) -> None:
        """Refuse with an HTTP status; `data` stands beside it in the body."""
        super().__init__(code)
        self.status = status
        self.body: Body = {"code": code, "message": message, "data": {"status": status, **data}}

    def response(self) -> Response:
        """Return the refusal as an answer."""
        return JSONResponse(self.body, self.status)


def invalid_parameter(name: str, message: str, detail: str) -> WooError:
    """Return the error for one bad parameter."""
    details = {name: {"code": detail, "message": message, "data": None}}
    return WooError(
        "rest_invalid_param",
        f"Invalid parameter(s): {name}",
        400,
        params={name: message},
        details=details,
    )


@dataclass(frozen=True)
class Paging:
    """The page that a list request asks for."""

    page: int
    per_page: int
    orderby: str
    order: str

    @property
    def offset(self) -> int:
        """How many records stand before the page."""
        return (self.page - 1) * self.per_page

    def sort(self, field: str) -> str:
        """Return the SQL of the order by `field`, then by id: which SQLite's indexes have once."""
        return f"id {self.order}" if field == "id" else f"{field} {self.order}, id {self.order}"


def read_paging(query: Mapping[str, str], orderings: Sequence[str], default: str) -> Paging:
    """Read page, per_page, orderby and order; raises WooError for values outside the schema."""
    orderby = _one_of(query, "orderby", orderings, default)
    order = _one_of(query, "order", ("asc", "desc"), "desc" if default == "date" else "asc")
    page = _whole_number(query, "page", 1, None)
    return Paging(page, _whole_number(query, "per_page", 10, _MAX_PAGE), orderby, order)


def read_ids(request: Request, name: str) -> list[int] | None:
    """Return the ids of `include=1,2` or `include[]=1&include[]=2`, None where it is not given."""
    texts = [
        part
        for key, value in request.query_params.multi_items()
        if key.split("[")[0] == name
        for part in value.split(",")
    ]
    if not all(text.strip().isdigit() for text in texts):
        raise invalid_parameter(name, f"{name}[0] is not of type integer.", "rest_invalid_type")
    return [int(text) for text in texts] or None


def read_moment(query: Mapping[str, str], name: str) -> str | None:
    """Return a date parameter as a UTC stamp; without dates_are_gmt it is the shop's local time."""
    if not query.get(name):
        return None
    try:
        moment = datetime.fromisoformat(query[name])
    except ValueError:
        raise invalid_parameter(name, f"{name} is not a valid date.", "rest_invalid_date") from None
    if moment.tzinfo is None:
        is_gmt = query.get("dates_are_gmt", "").lower() in ("1", "true")
        moment = moment.replace(tzinfo=UTC if is_gmt else BUSINESS_ZONE)
    return moment.astimezone(UTC).strftime(STAMP_FORMAT)


def list_response(request: Request, bodies: list[Body], total: int, paging: Paging) -> Response:
    """Answer a page with X-WP-Total, X-WP-TotalPages and Link."""
    pages = math.ceil(total / paging.per_page)
    links = [
        f'<{_page_url(request, page)}>; rel="{relation}"'
        for relation, page in (("prev", paging.page - 1), ("next", paging.page + 1))
        if 1 <= page <= pages
    ]
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    if links:
        headers["Link"] = ", ".join(links)
    return JSONResponse(bodies, headers=headers)


def _page_url(request: Request, page: int) -> str:
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    return f"{request.url.replace(query='')}?{urlencode([*pairs, ('page', str(page))])}"


def _one_of(query: Mapping[str, str], name: str, allowed: Sequence[str], default: str) -> str:
    value = query.get(name, default)
    if value not in allowed:
        listed = f"{', '.join(allowed[:-1])}, and {allowed[-1]}"
        raise invalid_parameter(name, f"{name} is not one of {listed}.", "rest_not_in_enum")
    return value


def _whole_number(query: Mapping[str, str], name: str, default: int, highest: int | None) -> int:
    text = query.get(name, str(default))
    if not text.lstrip("-").isdigit():
        raise invalid_parameter(name, f"{name} is not of type integer.", "rest_invalid_type")
    number = int(text)
    if highest is not None and not 1 <= number <= highest:
        message = f"{name} must be between 1 (inclusive) and {highest} (inclusive)"
        raise invalid_parameter(name, message, "rest_out_of_bounds")
    if number < 1:
        message = f"{name} must be greater than or equal to 1"
        raise invalid_parameter(name, message, "rest_out_of_bounds")
    return number
