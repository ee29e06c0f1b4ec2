"""Putting the sandbox together: stores, clock, channels and the layers around each of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from starlette.types import ASGIApp

from local.sandbox import crm, crm_records, pos, shop, shop_records, support, support_records
from local.sandbox.clock import SandboxClock
from local.sandbox.control import Control
from local.sandbox.credentials import Secrets
from local.sandbox.faults import Faults
from local.sandbox.faulty import Faulty
from local.sandbox.store import Store
from local.sandbox.web import CallLog, Channel, Guarded, Observed
from local.sandbox.world import ChannelState, World


class Sandbox:
    """The channels' applications by name, over one world."""

    def __init__(self, state: Path, events: Path, secrets: Secrets, start: date) -> None:
        """Open the stores in `state` and build every application."""
        state.mkdir(parents=True, exist_ok=True)
        clock = SandboxClock(state / "clock.json", start)
        log, faults = CallLog(), Faults()
        shop_store = Store(state / "shop.sqlite", shop.INDEXED)
        crm_store = Store(state / "crm.sqlite", crm_records.INDEXED)
        support_store = Store(state / "support.sqlite", support.INDEXED)
        pos_store = Store(state / "pos.sqlite")
        outbox = state / "pos" / "outbox"
        drop = pos.FileDrop(outbox, pos_store, clock).drop
        self.tills = pos.TillServer(outbox, secrets["pos"], faults, log)
        self.world = World(
            events,
            {
                "shop": ChannelState(shop_store, shop_records.absorb_event, int),
                "crm": ChannelState(crm_store, crm_records.absorb_event, str),
                "support": ChannelState(support_store, support_records.absorb_event, int),
                "pos": ChannelState(pos_store, pos.absorb_event, str, drop),
            },
            clock,
        )
        consumer = secrets["shop"]
        channels: dict[str, Channel] = {
            "shop": shop.WooCommerce(
                shop_store, clock, consumer["consumer_key"], consumer["consumer_secret"]
            ),
            "crm": crm.EspoCrm(crm_store, clock, secrets["crm"]["api_key"]),
            "support": support.RequestTracker(
                support_store, clock, secrets["support"]["user"], secrets["support"]["password"]
            ),
        }
        self.apps: dict[str, ASGIApp] = {}
        for name, channel in channels.items():
            app = channel.app()
            faulty = Faulty(Guarded(app, channel.admit), app, name, faults, clock)
            self.apps[name] = Observed(faulty, app.routes, name, clock, log)
        control = Control(self.world, log, faults, secrets["control"]["token"])
        self.apps["control"] = Guarded(control.app(), control.admit)

    def close(self) -> None:
        """Close the stores."""
        for channel in self.world.channels.values():
            channel.store.close()
