"""One measured piece of work in a process of its own; prints what it took as JSON.

`gather PLACE LOG` gathers the shop and writes each address it asks for into LOG; `bare PLACE LOG`
asks for the same again and does nothing with it; `publish PLACE RATE` writes to the CRM.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psutil
import requests
from requests_oauthlib import OAuth1

from bench.matching.running import show_progress
from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import Access
from customer_hub.core.pace import SharedPace
from customer_hub.core.seal import Sealer
from customer_hub.gather import land, run
from customer_hub.publish.deliver import deliver_pending
from customer_hub.publish.plan import plan_deliveries

_EXTRA = {"allow_insecure": "true", "requests_per_second": "1000"}
_EARLY_PAGES = 50


class Clock:
    """Adds up the seconds that calls of a function take."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time taken; what it calls of this clock counts once."""

        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            self._depth += 1
            try:
                return act(*given, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.seconds += time.perf_counter() - began

        return timed


def gather(place: dict[str, Any], log: Path) -> dict[str, Any]:
    """Gather all customers and orders of the shop, as gather_shop's tasks do."""
    config = read_channel("shop")
    access = Access(place["url"], place["key"], place["secret"], _EXTRA)
    channel = config.load_system().open_channel(config, access)
    sealing, landing = Clock(), Clock()
    for owner, name in ((land, "read_record"), (Sealer, "seal"), (Sealer, "blind")):
        setattr(owner, name, sealing.around(getattr(owner, name)))
    pages = 0
    early = 0

    def count(*given: Any) -> Any:
        nonlocal pages, early
        pages += 1
        if pages == _EARLY_PAGES:
            early = psutil.Process().memory_info().rss
        return land_page(*given)

    land_page = landing.around(land.land_page)
    run.land_page = count  # type: ignore[assignment]
    told: dict[str, Any] = {}
    with log.open("w", encoding="utf-8") as file:

        def note(response: requests.Response, **_: Any) -> None:
            file.write(f"{response.request.url}\n")

        channel._http._session.hooks["response"].append(note)  # type: ignore[attr-defined]
        began = time.perf_counter()
        for entity in config.entities:
            result = run.gather_entity(config, channel, entity, start=None, end=None, run_id="b")
            told[entity] = result.landed
        told["seconds"] = time.perf_counter() - began
    told["pages"] = pages
    told["sealing_seconds"] = sealing.seconds
    told["landing_seconds"] = landing.seconds - sealing.seconds
    told["early_mb"] = early / 2**20
    told["late_mb"] = psutil.Process().memory_info().rss / 2**20
    return told


def ask_again(place: dict[str, Any], log: Path) -> dict[str, Any]:
    """Send the requests of a gather, one after the other: signed, read and parsed, no more."""
    session = requests.Session()
    session.trust_env = False
    session.auth = OAuth1(place["key"], place["secret"], signature_type="QUERY")
    count, began = 0, time.perf_counter()
    with log.open(encoding="utf-8") as file:
        for line in file:
            parts = urlsplit(line.rstrip("\n"))
            asked = [each for each in parse_qsl(parts.query) if not each[0].startswith("oauth_")]
            answer = session.get(place["url"] + parts.path, params=asked, timeout=60)
            answer.raise_for_status()
            answer.json()
            count += 1
    return {"requests": count, "seconds": time.perf_counter() - began}


def publish(place: dict[str, Any], rate: str) -> dict[str, Any]:
    """Plan and deliver to the CRM at a rate, as publish_crm does."""
    config = read_channel("crm")
    extra = {**_EXTRA, "requests_per_second": rate}
    access = Access(place["url"], "", place["key"], extra, SharedPace("bench"))
    channel = config.load_system().open_channel(config, access)
    plan_deliveries(config, "bench")
    began = time.perf_counter()
    counts = deliver_pending(config, channel, "bench").counts
    return {"seconds": time.perf_counter() - began, **counts}


def main() -> None:
    """Do the one thing that is asked for in the hub of the environment."""
    show_progress()
    place = json.loads(os.environ["BENCH_PLACE"])
    match sys.argv[1:]:
        case ["gather", log]:
            told = gather(place, Path(log))
        case ["bare", log]:
            told = ask_again(place, Path(log))
        case ["publish", rate]:
            told = publish(place, rate)
        case other:
            raise SystemExit(f"unknown: {other}")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
