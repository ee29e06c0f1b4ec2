"""The whole flow without Airflow: the same rooms, against real sandbox servers, in one process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.channels.contract import Access, Channel, Target
from customer_hub.core import db, keys, table_hash
from customer_hub.gather.run import gather_entity
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.publish.deliver import deliver_pending
from customer_hub.publish.plan import plan_deliveries
from customer_hub.publish.pushes import approve_push, read_asked
from customer_hub.publish.reconcile import reconcile_target
from customer_hub.publish.targets import set_state
from customer_hub.standardise.run import standardise_pending
from customer_hub.validate.gate import validate_window
from customer_hub.validate.master import validate_master
from local.sandbox.credentials import Secrets
from local.sandbox.process import SandboxProcess, start_sandbox
from local.world.__main__ import main as make_world

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 11, 16, tzinfo=ZONE)
CHANNELS = ("shop", "crm", "support", "pos")
TARGETS = ("shop", "crm", "support")


@contextmanager
def running_sandbox(folder: Path, customers: int, seed: int = 7) -> Iterator[SandboxProcess]:
    """A sandbox over a fresh synthetic world of so many customers."""
    world = folder / "world"
    if not world.exists():
        make_world(["--out", str(world), "--customers", str(customers), "--seed", str(seed)])
    sandbox = start_sandbox(folder / "sandbox", world / "events.sqlite")
    try:
        yield sandbox
    finally:
        sandbox.stop()


@dataclass(frozen=True)
class Place:
    """Where a sandbox answers, and the log-ins to it."""

    ports: dict[str, int]
    secrets: Secrets = field(repr=False)


class Pipeline:
    """Runs the rooms for business days, as the DAGs do."""

    def __init__(self, sandbox: SandboxProcess | Place, page_size: int = 100, **extra: str) -> None:
        self._sandbox = sandbox
        self._page_size = page_size
        self._extra = {"allow_insecure": "true", "requests_per_second": "500", **extra}
        self._runs = 0

    def config(self, name: str) -> ChannelConfig:
        """Return a channel as configured, but for the size of its pages."""
        return read_channel(name).model_copy(update={"page_size": self._page_size})

    def open(self, name: str) -> Channel:
        """Open a channel of the sandbox, as flows does from an Airflow connection."""
        secrets = self._sandbox.secrets[name]
        config = self.config(name)
        if name == "pos":
            access = Access(
                base_url=f"sftp://127.0.0.1:{self._sandbox.ports['pos']}",
                login=secrets["user"],
                extra={
                    "private_key": secrets["private_key"],
                    "host_key": secrets["host_public_key"],
                },
            )
        else:
            login, password = {
                "shop": (secrets.get("consumer_key"), secrets.get("consumer_secret")),
                "crm": ("", secrets.get("api_key")),
                "support": (secrets.get("user"), secrets.get("password")),
            }[name]
            access = Access(
                base_url=f"http://127.0.0.1:{self._sandbox.ports[name]}",
                login=login or "",
                password=password or "",
                extra=self._extra,
            )
        return config.load_system().open_channel(config, access)

    def gather(self, name: str, day: int, *, is_backfill: bool = False) -> list[dict[str, object]]:
        """Gather and validate one business day of one channel; returns the receipts.

        Day 0 is the one before the world begins: a first load up to there.
        """
        self._runs += 1
        run_id = f"run{self._runs}"
        config, channel = self.config(name), self.open(name)
        receipts = []
        for entity in config.entities:
            result = gather_entity(
                config,
                channel,
                entity,
                start=MIDNIGHT + timedelta(days=day - 1),
                end=MIDNIGHT + timedelta(days=day),
                run_id=run_id,
                is_backfill=is_backfill,
            )
            if result.window_id:
                receipts.append(validate_window(config, result.window_id, run_id).as_dict())
        return receipts

    def build(self) -> None:
        """Standardise, match, merge and check whatever is pending."""
        self._runs += 1
        run_id = f"run{self._runs}"
        standardise_pending(run_id)
        match_pending(run_id)
        merge_pending(run_id)
        validate_master(run_id)

    def publish(self, targets: Sequence[str] = TARGETS) -> dict[str, int]:
        """Plan, approve and deliver to targets; returns the confirmed pushes per target."""
        self._runs += 1
        confirmed = {}
        for name in targets:
            config = read_channel(name)
            plan_deliveries(config, f"run{self._runs}")
            for push in read_asked(name):
                approve_push(name, push.push_id, "tester", "test")
            result = deliver_pending(config, self.open(name), f"run{self._runs}")
            confirmed[name] = result.counts.get("confirmed", 0)
        return confirmed

    def reconcile(self, targets: Sequence[str] = TARGETS) -> int:
        """Read targets back whole; returns how many deliveries that plans."""
        self._runs += 1
        return sum(
            reconcile_target(
                self.config(name),
                cast("Target", self.open(name)),
                f"run{self._runs}",
                MIDNIGHT.date(),
                is_whole=True,
            ).counts.get("planned", 0)
            for name in targets
        )

    def enable_targets(self) -> None:
        """Let the hub write, as a person does."""
        for name in TARGETS:
            plan_deliveries(read_channel(name), "look")
            set_state(name, "enabled", "tester", "test")

    def live_day(self, day: int) -> None:
        """Let a day pass and do all that the DAGs do."""
        self.advance(day)
        self.day(day)

    def advance(self, day: int) -> None:
        """Let a day pass."""
        assert isinstance(self._sandbox, SandboxProcess)
        self._sandbox.advance(day)

    def day(self, day: int) -> None:
        """Gather a day that has passed from every channel, and build."""
        for name in CHANNELS:
            self.gather(name, day)
        self.build()

    def settle(self, last_day: int) -> int:
        """Gather and publish until nothing is left to push, a day at a time; returns the last one."""
        for day in range(last_day + 1, last_day + 5):
            # Whatever the hub makes, it makes in the CRM.
            self.advance(day)
            self.gather("crm", day)
            self.build()
            if not sum(self.publish().values()):
                return day
        raise AssertionError("pushes do not fall to zero")


def current_state() -> dict[str, str]:
    """Return the content hash of every current table."""
    with db.begin() as connection:
        return table_hash.hash_tables(connection, keys.sealer())


def different(left: dict[str, str], right: dict[str, str]) -> list[str]:
    """Return the tables that differ."""
    return [table for table in left if left[table] != right[table]]
