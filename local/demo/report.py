"""What the demo tells at its end: a table for people, `.local/demo.json` for machines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from local.stack.layout import Layout

RECEIPT = ("gathered", "accepted", "duplicate", "quarantined", "refused", "outside")
MINIMUM_PRECISION, MINIMUM_RECALL = 0.97, 0.85
SECONDS_ALLOWED, MEMORY_ALLOWED_MB = 240, 3 * 1024
TASKS_A_DAY = 25


@dataclass
class Outcome:
    """Everything that a demo run measured, and what did not hold."""

    began: float
    is_repeat: bool = False
    channels: dict[str, dict[str, int]] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    task_instances: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def is_moved(self) -> bool:
        """Tell whether this run landed, changed or pushed anything."""
        return any(self.figures[name] for name in ("landed_rows", "master_changes", "pushed"))

    def judge(self) -> None:
        """Append to `failures` whatever does not hold."""
        for name, counts in self.channels.items():
            if counts["gathered"] != sum(counts[key] for key in RECEIPT[1:]):
                self.failures.append(f"the receipt of {name} does not balance")
        figures = self.figures
        if figures["precision"] < MINIMUM_PRECISION or figures["recall"] < MINIMUM_RECALL:
            self.failures.append("precision or recall is below the bar")
        if not figures["backup_verified"]:
            self.failures.append("the backup was not proven")
        if figures["dead_letters"] != figures["conflicts"]:
            self.failures.append("deliveries died of something else than a conflict")
        if figures["pushed"] != figures["confirmed"]:
            self.failures.append("some pushes were not confirmed")
        if self.is_repeat and self.is_moved():
            self.failures.append("the second run changed something")
        busiest = max(self.task_instances.values(), default=0)
        if busiest > TASKS_A_DAY:
            self.failures.append(f"a business day took {busiest} task instances")


def write_report(layout: Layout, outcome: Outcome) -> None:
    """Judge the outcome and write it to demo.json in the stack's folder."""
    outcome.judge()
    document = {
        "channels": outcome.channels,
        **outcome.figures,
        "seconds": {name: round(value, 1) for name, value in outcome.seconds.items()},
        "task_instances": outcome.task_instances,
        "failures": outcome.failures,
    }
    path = layout.directory / "demo.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def print_report(outcome: Outcome) -> None:
    """Print the table and the verdict."""
    print(f"\n{'channel':<10}" + "".join(f"{name:>13}" for name in RECEIPT))
    for channel, counts in outcome.channels.items():
        print(f"{channel:<10}" + "".join(f"{counts[name]:>13,}" for name in RECEIPT))
    print()
    for name, value in outcome.figures.items():
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
        print(f"{name:<18}{shown}")
    spent = "  ".join(f"{name} {value:.0f}" for name, value in outcome.seconds.items())
    print(f"{'seconds':<18}{spent}")
    tasks = "  ".join(f"{name} {count}" for name, count in outcome.task_instances.items())
    print(f"{'task instances':<18}{tasks}\n")
    if outcome.is_repeat and not outcome.is_moved():
        print("This state had lived the three days already: nothing landed, changed or was pushed.")
    if outcome.seconds["total"] > SECONDS_ALLOWED:
        print(f"slower than the {SECONDS_ALLOWED} s that two cores should need")
    if outcome.figures["peak_memory_mb"] > MEMORY_ALLOWED_MB:
        print(f"more memory than the {MEMORY_ALLOWED_MB} MB that it should need")
    for failure in outcome.failures:
        print(f"FAILED: {failure}")
    if not outcome.failures:
        print("all of it holds")
