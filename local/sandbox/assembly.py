"""Putting the sandbox together: stores, clock, channels and the layers around each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from starlette.types import ASGIApp

from local.sandbox import (
    crm,
    crm_records,
    hubspot,
    hubspot_index,
    pos,
    shop,
    shop_records,
    support,
    support_records,
    zendesk,
    zendesk_records,
)
from local.sandbox.clock import SandboxClock
from local.sandbox.control import Control
from local.sandbox.credentials import Secrets
from local.sandbox.faults import Faults
from local.sandbox.faulty import Faulty
from local.sandbox.settings import HubSpotSettings, ZendeskSettings
from local.sandbox.store import Store
from local.sandbox.web import CallLog, Channel, Guarded, Observed
from local.sandbox.world import ChannelState, World


class Sandbox:
    """The channels' applications by name, over one world."""

    def __init__(
        self, state: Path, events: Path, secrets: Secrets, start: date, asked: Collection[str]
    ) -> None:
        """Open the stores in `state` and build the applications of the channels asked for."""
        state.mkdir(parents=True, exist_ok=True)
        self._state = state
        self._secrets = secrets
        self._clock = SandboxClock(state / "clock.json", start)
        self._log, self._faults = CallLog(), Faults()
        self._hubspot_settings, self._zendesk_settings = HubSpotSettings(), ZendeskSettings()
        self._indexes: list[Store] = []
        self.apps: dict[str, ASGIApp] = {}
        self.tills: pos.TillServer | None = None
        make: dict[str, Callable[[], ChannelState]] = {
            "shop": self._make_shop,
            "crm": self._make_crm,
            "support": self._make_support,
            "pos": self._make_pos,
            "hubspot": self._make_hubspot,
            "zendesk": self._make_zendesk,
        }
        made = {name: make_state() for name, make_state in make.items() if name in asked}
        self.world = World(events, made, self._clock)
        settings = {"hubspot": self._hubspot_settings, "zendesk": self._zendesk_settings}
        token = secrets["control"]["token"]
        control = Control(self.world, self._log, self._faults, settings, token)
        self.apps["control"] = Guarded(control.app(), control.admit)

    def close(self) -> None:
        """Close the stores."""
        for channel in self.world.channels.values():
            channel.store.close()
        for index in self._indexes:
            index.close()

    def _serve(self, name: str, channel: Channel) -> None:
        app = channel.app()
        faulty = Faulty(Guarded(app, channel.admit), app, name, self._faults, self._clock)
        self.apps[name] = Observed(faulty, app.routes, name, self._clock, self._log)

    def _make_shop(self) -> ChannelState:
        store, held = Store(self._state / "shop.sqlite", shop.INDEXED), self._secrets["shop"]
        key, secret = held["consumer_key"], held["consumer_secret"]
        self._serve("shop", shop.WooCommerce(store, self._clock, key, secret))
        return ChannelState(store, shop_records.absorb_event, int)

    def _make_crm(self) -> ChannelState:
        store = Store(self._state / "crm.sqlite", crm_records.INDEXED)
        self._serve("crm", crm.EspoCrm(store, self._clock, self._secrets["crm"]["api_key"]))
        return ChannelState(store, crm_records.absorb_event, str)

    def _make_support(self) -> ChannelState:
        store = Store(self._state / "support.sqlite", support.INDEXED)
        held = self._secrets["support"]
        desk = support.RequestTracker(store, self._clock, held["user"], held["password"])
        self._serve("support", desk)
        return ChannelState(store, support_records.absorb_event, int)

    def _make_pos(self) -> ChannelState:
        store, outbox = Store(self._state / "pos.sqlite"), self._state / "pos" / "outbox"
        self.tills = pos.TillServer(outbox, self._secrets["pos"], self._faults, self._log)
        drop = pos.FileDrop(outbox, store, self._clock).drop
        return ChannelState(store, pos.absorb_event, str, drop)

    def _make_hubspot(self) -> ChannelState:
        store = Store(self._state / "hubspot.sqlite", hubspot.INDEXED)
        copy = Store(self._state / "hubspot_index.sqlite", hubspot_index.INDEXED)
        self._indexes.append(copy)
        settings, held = self._hubspot_settings, self._secrets["hubspot"]
        index = hubspot_index.SearchIndex(copy, self._clock, settings)
        self._serve("hubspot", hubspot.HubSpot(store, index, self._clock, held, settings))
        return ChannelState(store, index.absorb_event, int)

    def _make_zendesk(self) -> ChannelState:
        store = Store(self._state / "zendesk.sqlite", zendesk.INDEXED)
        held, settings = self._secrets["zendesk"], self._zendesk_settings
        user, api_token = held["user"], held["api_token"]
        self._serve("zendesk", zendesk.Zendesk(store, self._clock, user, api_token, settings))
        return ChannelState(store, zendesk_records.absorb_event, int)
