"""Pages that lie: rows twice, rows out of order, a list that never ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

Row = dict[str, Any]
_ENDLESS = 1_000_000


@dataclass(frozen=True)
class PageForm:
    """How one channel words a page: where the rows stand and which parameter names the page."""

    rows_key: str
    page_parameter: str
    size_parameter: str = ""

    def read_rows(self, body: bytes) -> list[Row] | None:
        """Return the rows of a list answer, None where the answer is no list."""
        try:
            answer = json.loads(body)
        except ValueError:
            return None
        rows = answer if not self.rows_key else _dict(answer).get(self.rows_key)
        return rows if isinstance(rows, list) else None

    def replace_rows(self, body: bytes, rows: list[Row], extra: dict[str, Any]) -> bytes:
        """Return the answer with other rows and, in an envelope, other figures."""
        if not self.rows_key:
            return json.dumps(rows).encode()
        return json.dumps({**json.loads(body), self.rows_key: rows, **extra}).encode()

    def first_page(self, query: bytes) -> bytes:
        """Return the query string of the first page."""
        return self._with_position(query, None)

    def page_before(self, query: bytes) -> bytes | None:
        """Return the query string of the page before, None on the first one."""
        pairs = dict(parse_qsl(query.decode()))
        position = int(pairs.get(self.page_parameter, 0 if self.size_parameter else 1))
        if self.size_parameter:
            step = int(pairs.get(self.size_parameter, 200))
            return self._with_position(query, max(0, position - step)) if position > 0 else None
        return self._with_position(query, position - 1) if position > 1 else None

    def _with_position(self, query: bytes, position: int | None) -> bytes:
        pairs = [
            pair
            for pair in parse_qsl(query.decode(), keep_blank_values=True)
            if pair[0] != self.page_parameter
        ]
        if position is not None:
            pairs.append((self.page_parameter, str(position)))
        return urlencode(pairs).encode()


PAGE_FORMS = {
    "shop": PageForm("", "page"),
    "crm": PageForm("list", "offset", "maxSize"),
    "support": PageForm("items", "page"),
}


def endless_figures(channel: str, url: str) -> dict[str, Any]:
    """Return the envelope's figures of a list that never ends."""
    if channel == "support":
        return {"pages": _ENDLESS, "total": _ENDLESS, "next_page": url}
    return {"total": _ENDLESS} if channel == "crm" else {}


def endless_headers(
    channel: str, url: str, headers: list[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    """Return the headers of a list that never ends."""
    if channel != "shop":
        return headers
    told = {
        b"x-wp-total": str(_ENDLESS).encode(),
        b"x-wp-totalpages": str(_ENDLESS).encode(),
        b"link": f'<{url}>; rel="next"'.encode(),
    }
    return [(name, value) for name, value in headers if name not in told] + list(told.items())


def _dict(answer: Any) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else {}
