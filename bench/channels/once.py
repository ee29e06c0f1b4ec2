"""One measured piece of work in a process of its own; prints what it took as JSON.

`gather LOG` gathers the shop and writes each address it asks for into LOG; `bare LOG` asks for the
same again and does nothing with it; `land` reads the shop's pages, and lands them while nobody
reads; `publish RATE` writes to the CRM.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psutil
import requests
from requests_oauthlib import OAuth1

from bench.matching.running import show_progress
from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.channels.contract import Access, Channel, Page
from customer_hub.core import db, keys, subjects
from customer_hub.core.pace import SharedPace
from customer_hub.core.seal import Sealer
from customer_hub.gather import ahead, land, run
from customer_hub.gather.windows import Window, open_window
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


def open_shop(place: dict[str, Any]) -> tuple[ChannelConfig, Channel]:
    """Open the shop as gather_shop's tasks do."""
    config = read_channel("shop")
    access = Access(place["url"], place["key"], place["secret"], _EXTRA)
    return config, config.load_system().open_channel(config, access)


def gather(place: dict[str, Any], log: Path) -> dict[str, Any]:
    """Gather all customers and orders of the shop."""
    config, channel = open_shop(place)
    early = pages = 0
    told: dict[str, Any] = {}

    def count(*given: Any) -> Any:
        nonlocal pages, early
        pages += len(given[-1])
        if not early and pages > _EARLY_PAGES:
            early = psutil.Process().memory_info().rss
        return land.land_pages(*given)

    run.land_pages = count  # type: ignore[assignment]
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
    told["early_mb"] = early / 2**20
    told["late_mb"] = psutil.Process().memory_info().rss / 2**20
    return told


def land_all(place: dict[str, Any]) -> dict[str, Any]:
    """Land all pages, as many together as a gather does when the shop is quicker than landing."""
    config, channel = open_shop(place)
    sealing, landing, landed = Clock(), Clock(), 0
    ours = ((land, "read_record"), (subjects, "ensure_salts"), (Sealer, "seal"), (Sealer, "blind"))
    for owner, name in ours:
        setattr(owner, name, sealing.around(getattr(owner, name)))

    @landing.around
    def land_batch(window: Window, batch: list[Page]) -> int:
        with db.begin() as connection:
            return land.land_pages(connection, keys.sealer(), config, window, batch).landed

    start, end = config.first_load_from, channel.read_clock()
    for entity, each in config.entities.items():
        with db.begin() as connection:
            window = open_window(
                connection, config.name, entity,
                start=start, end=end, history=each.history, run_id="bench",
            )  # fmt: skip
        pages = channel.extract(entity, start, end, None)
        while batch := list(islice(pages, ahead.AHEAD)):
            landed += land_batch(window, batch)
    return {
        "landed": landed,
        "sealing_seconds": sealing.seconds,
        "landing_seconds": landing.seconds - sealing.seconds,
    }


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
        case ["land"]:
            told = land_all(place)
        case ["bare", log]:
            told = ask_again(place, Path(log))
        case ["publish", rate]:
            told = publish(place, rate)
        case other:
            raise SystemExit(f"unknown: {other}")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
