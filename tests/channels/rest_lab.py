"""A server that answers as a test tells it, and channels of systems that a test describes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access
from customer_hub.channels.rest.channel import DescribedChannel
from customer_hub.channels.rest.checking import find_faults
from customer_hub.channels.rest.description import Description
from customer_hub.channels.rest.system import DescribedSystem
from tests.channels.peers import SANDBOX_EXTRA
from tests.serving import serving

NOW = datetime(2026, 11, 18, 16, tzinfo=UTC)
START = datetime(2026, 11, 16, 16, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Said:
    """An answer; `body` becomes JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Asked], Said]


class Lab(ThreadingHTTPServer):
    """Asks `answer` for each request but that for the clock, and remembers all of them."""

    def __init__(self, answer: Answering) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Lab

    def _reply(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            dict(self.headers),
            self.rfile.read(length),
        )
        self.server.asked.append(asked)
        said = Said({}) if asked.path == "/clock" else self.server.answer(asked)
        body = json.dumps(said.body).encode()
        self.send_response_only(said.status)
        headers = {"Date": format_datetime(NOW, usegmt=True), "Content-Length": str(len(body))}
        for name, value in {**headers, **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _reply  # noqa: N815 - http.server's names

    def log_message(self, *args: object) -> None:
        return


@contextmanager
def run_lab(answer: Answering) -> Iterator[Lab]:
    """Run a server for a block."""
    with serving(Lab(answer)) as running:
        yield running


def make_rows(count: int) -> list[dict[str, Any]]:
    """Return rows of which the time rises by a minute, the first ten within one second."""
    return [
        {
            "id": str(number),
            "name": f"Name {number}",
            "at": (START + timedelta(minutes=max(0, number - 10))).isoformat(),
        }
        for number in range(1, count + 1)
    ]


WRITE = {
    "slots": {"hub_id": "hub"},
    "find": {"request": {"path": "/find", "params": {"hub": "{hub_id}"}}, "rows": "rows"},
    "update": {"request": {"method": "PUT", "path": "/rows/{id}", "body": "{item}"}},
}
LISTING = {"request": {"path": "/rows", "params": {"size": "{size}"}}, "rows": "rows"}


def describe(**entity: Any) -> dict[str, Any]:
    """Return the TOML of a system with one entity, as far as a test does not say otherwise."""
    system: dict[str, Any] = {
        "title": "Lab",
        "clock": {"path": "/clock"},
        "auth": {"kind": "header", "header": "X-Key", "value": "{password}"},
        "entities": {
            "customer": {
                "remote": "rows",
                "version_at": "at",
                "standard": {"history": "full_sweep"},
                "listing": {**LISTING, "paging": {"kind": "single"}},
                "one": {"request": {"path": "/rows/{id}"}},
                "map": {"name": "name", "modified": "at"},
                **entity,
            }
        },
    }
    return deepcopy(system)


def open_lab(lab: Lab, described: dict[str, Any], **extra: str) -> DescribedChannel:
    """Return a channel of a described system on a lab; the description must have no faults.

    An `extra` of "" takes one away that sandboxes have.
    """
    description = Description(**described)
    assert find_faults(description) == []
    config = ChannelConfig(
        name="lab",
        title="Lab",
        system="hubspot",
        connection="hub_lab",
        schedule="0 1 * * *",
        trust=50,
        page_size=5,
        entities={"customer": {"remote": "rows", "history": "full_sweep"}},  # type: ignore[dict-item]
    )
    given = {name: text for name, text in {**SANDBOX_EXTRA, **extra}.items() if text}
    access = Access(lab.url, "who", "word", given)
    return DescribedSystem(description).open_channel(config, access)


def read_ids(channel: DescribedChannel, start: datetime = START, end: datetime = NOW) -> list[str]:
    """Return the ids of all records that a window shows, as often as it shows them."""
    pages = channel.extract("customer", start, end, None)
    return [record.source_id for page in pages for record in page.records]
