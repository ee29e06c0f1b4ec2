"""``python -m local.demo [--reset] [--keep]``: run the demo; exit non-zero if anything fails."""

from __future__ import annotations

import argparse
import os
import sys
import time

from local.demo.days import run_days
from local.demo.report import Outcome, print_report, write_report
from local.stack.errors import StackError
from local.stack.layout import find_layout
from local.stack.lifecycle import Stack
from local.stack.memory import MemorySampler

# A look at every process's pages costs a tenth of a second: the watcher must not slow the watched.
MEMORY_SECONDS = 8.0


def main(arguments: list[str] | None = None) -> int:
    """Bring the stack up, run the days, report, bring it down."""
    parser = argparse.ArgumentParser(prog="local.demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="start from nothing")
    parser.add_argument("--keep", action="store_true", help="leave the stack running")
    options = parser.parse_args(arguments)
    stack = Stack(find_layout(), say=lambda text: print(text, flush=True))
    if options.reset:
        stack.reset()
    began = time.monotonic()
    try:
        with MemorySampler(stack.supervisor, MEMORY_SECONDS) as memory:
            stack.up()
            os.environ.update(stack.environment())
            outcome = run_days(stack, Outcome(began=began))
        outcome.figures["peak_memory_mb"] = round(memory.peak_mb)
        write_report(stack.layout, outcome)
        print_report(outcome)
    except StackError as error:
        print(f"local.demo: {error}", file=sys.stderr)
        return 1
    finally:
        if not options.keep:
            stack.down()
    return 0 if not outcome.failures else 1


if __name__ == "__main__":
    sys.exit(main())
