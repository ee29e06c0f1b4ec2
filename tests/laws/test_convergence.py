"""Laws 2, 3 and 12: whatever happens on the way, hub and targets settle, and nothing is doubled.

A hub with three real targets. People edit and add in all of them, also in fields that are the hub's
or that they share with it; stewards pin values; requests are throttled, lost before and after they
took effect, and broken off; pages come twice and out of order; runs come twice, in any order, and
die in the middle. Each field ends with the last value of its owner.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from customer_hub.core import db
from customer_hub.core.errors import HubError
from customer_hub.match.pins import pin
from local.sandbox.process import SandboxProcess
from local.world.__main__ import main as make_world
from tests.channels.peers import SANDBOX_EXTRA
from tests.laws.cases import CREATED, add_cases
from tests.laws.killing import run_killed
from tests.laws.owners import find_disowned, give_owners
from tests.laws.people import People
from tests.laws.pipeline import TARGETS, Pipeline, running_sandbox
from tests.laws.targets import read_targets

CUSTOMERS = 40
ROUNDS, STEPS = 3, 12
_WRITES = ("PUT", "POST")
_SETTLING = 6
_WORLD_DAYS = 3

# Histories take minutes: HUB_HISTORIES=100 pytest tests/laws/test_convergence.py -n 2 draws more.
HISTORIES = int(os.environ.get("HUB_HISTORIES", "1"))

pytestmark = pytest.mark.slow


class Simulation:
    """One history: chance decides what happens next."""

    def __init__(self, sandbox: SandboxProcess, seed: int) -> None:
        self.sandbox = sandbox
        self.dice = random.Random(seed)
        self.pipeline = Pipeline(sandbox, page_size=20, **SANDBOX_EXTRA)
        self.people = People(sandbox, self.pipeline, self.dice)
        self.day = 0
        self.own: dict[str, str] = {}
        self.others: set[str] = set()

    def begin(self) -> None:
        """Let the world live its days, and enable the targets; from now on only people add."""
        for _ in range(_WORLD_DAYS):
            self.day += 1
            self.pipeline.live_day(self.day)
        self.note_made()
        self.pipeline.enable_targets()

    def note_made(self) -> None:
        """Tell what the hub has made, which carries its id from the first, from all else."""
        for key, body in read_targets(self.sandbox).items():
            if key in self.own or key in self.others:
                continue
            if hub_id := body.get("cHubId"):
                self.own[key] = str(hub_id)
            else:
                self.others.add(key)

    def step(self) -> None:
        """Let one thing happen."""
        dice = self.dice
        act = dice.choice(
            [
                *(
                    self.edit,
                    self.edit_shared,
                    self.edit_shared,
                    self.edit_hubs,
                    self.add,
                    self.pin,
                ),
                *(self.gather, self.build, self.publish, self.reconcile, self.break_off),
            ]
        )
        act()
        self.clear_faults()  # people's own requests are none of the hub's
        self.note_made()

    def edit(self) -> None:
        self.people.edit(self.dice.choice(TARGETS))

    def edit_shared(self) -> None:
        self.people.edit_shared()

    def edit_hubs(self) -> None:
        self.people.edit_hubs(self.dice.choice(TARGETS))

    def add(self) -> None:
        self.dice.choice([self.people.add_double, self.people.add_twin])()

    def pin(self) -> None:
        """Let a steward say what a field is that people edit in the CRM."""
        site = f"https://pinned{self.day}.example"
        field, value = self.dice.choice(
            [("website", site), ("industry_code", "M73"), ("short_name", f"定名{self.day}")]
        )
        with suppress(HubError):  # not gathered yet
            pin(f"crm/customer/{self.people.choose_account()}", field, value, "lin", "asked them")

    def gather(self) -> None:
        name = self.dice.choice(TARGETS)
        with self.fault(name, _READ_FAULTS):
            self.pipeline.gather(name, self.pass_day())

    def build(self) -> None:
        self.pipeline.build()

    def publish(self) -> None:
        name = self.dice.choice(TARGETS)
        with self.fault(name, _WRITE_FAULTS):
            self.pipeline.publish([name])

    def reconcile(self) -> None:
        name = self.dice.choice(TARGETS)
        with self.fault(name, _READ_FAULTS):
            self.pipeline.reconcile([name])

    def break_off(self) -> None:
        """Let a gather, a publish or a reconciliation die at some request."""
        name, day = self.dice.choice(TARGETS), self.pass_day()
        acts: list[Callable[[], object]] = [
            lambda: self.pipeline.gather(name, day),
            lambda: self.pipeline.publish([name]),
            lambda: self.pipeline.reconcile([name]),
        ]
        act = self.dice.choice(acts)
        run_killed(act, self.dice.randint(1, 12), before=self.dice.random() < 0.5)

    def fault(self, name: str, kinds: list[tuple[str, dict[str, object]]]) -> suppress:
        """Set a fault of a target for the next requests, most of the time."""
        if self.dice.random() < 0.7:
            kind, settings = self.dice.choice(kinds)
            after = self.dice.randint(0, 4)
            method = self.dice.choice(_WRITES) if kinds is _WRITE_FAULTS else None
            asked = {**settings, **({"method": method} if method else {})}
            self.sandbox.fail(name, kind, count=self.dice.randint(1, 6), after=after, **asked)
        return suppress(HubError)  # Airflow would try the task again

    def clear_faults(self) -> None:
        self.sandbox.control("DELETE", "/faults").raise_for_status()

    def pass_day(self) -> int:
        """Let the clock go on by a day now and then; returns the day that is over."""
        if self.dice.random() < 0.5:
            self.day += 1
            self.sandbox.advance(self.day)
        return self.day

    def settle(self) -> int:
        """Let days pass until nothing is pushed or drifts; returns how many."""
        for turn in range(_SETTLING):
            self.day += 1
            self.pipeline.live_day(self.day)
            pushed = sum(self.pipeline.publish().values())
            if not self.pipeline.reconcile() and not pushed and not self.count_open():
                return turn
        raise AssertionError(f"pushes do not fall to zero: {self.count_open()} deliveries are open")

    def count_open(self) -> int:
        """Return how many deliveries wait, but for creates that wait for a gather."""
        with db.begin() as connection:
            return int(
                connection.exec_driver_sql(
                    "select count(*) from publish.delivery"
                    " where state in ('pending', 'in_flight', 'uncertain')"
                ).scalar_one()
            )


_READ_FAULTS: list[tuple[str, dict[str, object]]] = [
    ("throttle", {"retry_after": 0}),
    ("error500", {}),
    ("drop", {"variant": "mid_body"}),
    ("truncated", {}),
    ("gzip_truncated", {}),
    ("invalid_json", {}),
    ("duplicate_page", {}),
    ("out_of_order_page", {}),
]
_WRITE_FAULTS: list[tuple[str, dict[str, object]]] = [
    ("throttle", {"retry_after": 0}),
    ("error500", {}),
    ("drop", {"variant": "before"}),
    ("drop", {"variant": "after_write"}),
    ("timeout", {"variant": "before"}),
    ("timeout", {"variant": "after_write"}),
    ("truncated", {}),
]


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_hub_and_targets_settle_whatever_happens(
    hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    give_owners(monkeypatch)
    world = tmp_path / "world"
    make_world(["--out", str(world), "--customers", str(CUSTOMERS), "--seed", str(seed + 1)])
    add_cases(world / "events.sqlite")
    with running_sandbox(tmp_path, CUSTOMERS) as sandbox:
        simulation = Simulation(sandbox, seed)
        simulation.begin()
        for _ in range(ROUNDS):
            for _ in range(STEPS):
                simulation.step()
            simulation.settle()
            simulation.note_made()
            assert find_disowned(simulation.pipeline, simulation.people) == []
            assert simulation.people.find_lost_edits() == []
            standing = set(read_targets(sandbox))
            assert simulation.others <= standing, "nothing that the hub did not make is gone"
            own = simulation.own
            assert len(own) == len(set(own.values())), "no customer was made twice"
    assert len(simulation.own) >= CREATED, "the hub made records in this history"
