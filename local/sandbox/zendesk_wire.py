"""How Zendesk words its refusals and its pages."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.store import Body
from local.sandbox.web import read_json

_MAX_PAGE = 100


class ZendeskError(Exception):
    """A refusal in Zendesk's form {error, description, details}."""

    def __init__(
        self, status: int, error: Any, description: str = "", details: Body | None = None
    ) -> None:
        """Refuse with an HTTP status; `details` name the fields at fault."""
        super().__init__(str(status))
        self.status = status
        self.body: Body = {"error": error}
        if description:
            self.body["description"] = description
        if details:
            self.body["details"] = details

    def response(self) -> Response:
        """Return the refusal as an answer."""
        return JSONResponse(self.body, self.status)


def not_found() -> ZendeskError:
    """Return the error for an id that nothing stands behind."""
    return ZendeskError(404, "RecordNotFound", "Not found")


def record_invalid(name: str, description: str, error: str) -> ZendeskError:
    """Return the error for one field of a record that cannot be saved."""
    details = {name: [{"description": description, "error": error}]}
    return ZendeskError(422, "RecordInvalid", "Record validation errors", details)


def bad_attribute(name: str, expected: str) -> ZendeskError:
    """Return the error for a parameter or a part of a body of the wrong shape."""
    message = (
        f"You passed an invalid value for the {name} attribute. "
        f"Invalid parameter: {name} must be {expected}"
    )
    return ZendeskError(400, {"title": "Invalid attribute", "message": message})


async def read_part(request: Request, name: str, shape: type) -> Any:
    """Return the part of a JSON body that a call is about; raises ZendeskError without it."""
    given = await read_json(request)
    part = given.get(name) if isinstance(given, dict) else None
    if not isinstance(part, shape):
        raise bad_attribute(name, "an object" if shape is dict else "an array")
    return part


def read_number(request: Request, name: str, default: int | None = None) -> int:
    """Return a whole number of the query; raises ZendeskError where it is none or missing."""
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    if not text or not (text.isascii() and text.isdigit() and len(text) < 19):
        raise bad_attribute(name, "an integer")
    return int(text)


def make_cursor(*parts: int) -> str:
    """Return an opaque cursor over whole numbers."""
    return base64.urlsafe_b64encode("||".join(map(str, parts)).encode()).decode()


def read_cursor(text: str, count: int) -> list[int]:
    """Return the numbers of a cursor; raises ZendeskError for a text that is none."""
    try:
        parts = [int(part) for part in base64.urlsafe_b64decode(text).decode().split("||")]
    except (binascii.Error, ValueError):
        parts = []
    if len(parts) != count:
        raise ZendeskError(400, "InvalidCursor", "The cursor is not valid")
    return parts


def page_size(request: Request) -> int:
    """Return the page[size] of a list; raises ZendeskError above 100."""
    size = read_number(request, "page[size]", _MAX_PAGE)
    if not 0 < size <= _MAX_PAGE:
        raise bad_attribute("page[size]", f"between 1 and {_MAX_PAGE}")
    return size


def page_start(request: Request) -> int:
    """Return the id after which the page of a list begins."""
    text = request.query_params.get("page[after]")
    return read_cursor(text, 1)[0] if text else 0


def page_frame(request: Request, last_id: int, has_more: bool) -> Body:
    """Return the meta and links of a page that ends with `last_id`."""
    after = make_cursor(last_id)
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "page[after]"]
    link = address(request, [*pairs, ("page[after]", after)]) if has_more else None
    return {
        "meta": {"has_more": has_more, "after_cursor": after, "before_cursor": None},
        "links": {"prev": None, "next": link},
    }


def address(request: Request, pairs: list[tuple[str, str]]) -> str:
    """Return this request's address with another query."""
    return f"{request.url.replace(query='')}?{urlencode(pairs)}"


def show_base(request: Request) -> str:
    """Return where the API stands, for the url of records."""
    return f"{request.url.scheme}://{request.url.netloc}/api/v2"
