"""``python -m local.world --out DIR``: write a synthetic world."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from local.world.calendar import DAYS
from local.world.files import read_counts, write_world


def main(arguments: list[str] | None = None) -> int:
    """Write the world that the arguments ask for and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m local.world", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--customers", type=_count, default=5000, help="true customers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 11, 16))
    parser.add_argument("--days", type=int, choices=DAYS, default=DAYS[-1])
    options = parser.parse_args(arguments)
    counts = write_world(options.out, options.customers, options.seed, options.start, options.days)
    for name, count in counts.items():
        sys.stdout.write(f"{name}: {count}\n")
    for channel, entity, day, count in read_counts(options.out / "events.sqlite"):
        sys.stdout.write(f"  day {day} {channel}/{entity}: {count}\n")
    return 0


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least one customer")
    return value


if __name__ == "__main__":
    sys.exit(main())
