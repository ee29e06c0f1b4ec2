"""How HubSpot words its refusals."""

from __future__ import annotations

import json
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.store import Body
from local.sandbox.web import read_json


class HubSpotError(Exception):
    """A refusal in HubSpot's form {status, message, correlationId, category}."""

    def __init__(self, status: int, category: str, message: str, **more: Any) -> None:
        """Refuse with an HTTP status; `more` stands beside the message in the body."""
        super().__init__(category)
        self.status = status
        self.category = category
        self.message = message
        self.more = more

    def response(self) -> Response:
        """Return the refusal as an answer."""
        body = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
            "category": self.category,
            **self.more,
        }
        return JSONResponse(body, self.status)

    def item(self, **context: list[str]) -> Body:
        """Return the refusal as one of a batch's errors."""
        return {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": context,
        }


def invalid(message: str) -> HubSpotError:
    """Return the error for a request that makes no sense."""
    return HubSpotError(400, "VALIDATION_ERROR", message)


def invalid_properties(problems: list[tuple[str, str, str]]) -> HubSpotError:
    """Return the error for (name, code, message) of each property that cannot be written."""
    listed = [
        {
            "isValid": False,
            "message": message,
            "error": code,
            "name": name,
            "localizedErrorMessage": message,
        }
        for name, code, message in problems
    ]
    return invalid(f"Property values were not valid: {json.dumps(listed)}")


def not_found(object_id: str) -> HubSpotError:
    """Return the error for an id that nothing stands behind."""
    message = "Object not found.  objectId are usually numeric."
    return HubSpotError(404, "OBJECT_NOT_FOUND", message, context={"id": [object_id]})


async def read_body(request: Request) -> Body:
    """Return the body; raises HubSpotError where it is no JSON object."""
    given = await read_json(request)
    if not isinstance(given, dict):
        raise invalid("Invalid input JSON on line 1, column 1: expected an object")
    return given
