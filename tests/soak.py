"""``make soak``: the laws' properties again, with as many seeds as one likes, for hours if need be.

It goes in rounds, each with another seed for all random draws, and writes down which are done: what
is stopped goes on where it was, until the code is another one. A round that fails is named with the
command that shows it again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.seeds import SOAK

PROJECT = Path(__file__).resolve().parents[1]
DONE = PROJECT / "build" / "soak_done"
ROUND = 50


def main(arguments: list[str] | None = None) -> int:
    """Run the rounds that are not done; 1 if one fails."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--seeds", type=int, default=1000, help="random examples of each property")
    parser.add_argument("--jobs", type=int, default=2, help="test processes")
    parser.add_argument("--only", default="", help="properties with this in their name")
    given = parser.parse_args(arguments)
    rounds = range(-(-given.seeds // ROUND))
    code, done = hash_code(), read_done()
    for number in rounds:
        label = f"{code} {given.only or 'all'} {number}"
        if label in done:
            continue
        start = time.monotonic()
        command = make_command(number, given.jobs, given.only)
        if subprocess.run(command, cwd=PROJECT, env=make_environment(), check=False).returncode:
            print(f"round {number} failed; again: {SOAK}={ROUND} {' '.join(command)}")
            return 1
        DONE.parent.mkdir(exist_ok=True)
        with DONE.open("a", encoding="utf-8") as file:
            file.write(label + "\n")
        minutes = (time.monotonic() - start) / 60
        seeds = min((number + 1) * ROUND, given.seeds)
        print(f"{seeds} of {given.seeds} seeds hold; this round {minutes:.1f} min", flush=True)
    print(f"all {given.seeds} seeds hold")
    return 0


def make_command(number: int, jobs: int, only: str) -> list[str]:
    """Return the test run of one round."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "law", f"--hypothesis-seed={number}"]
    command += ["-n", str(jobs), "--dist", "load"] if jobs > 1 else []
    return [*command, *(["-k", only] if only else []), "tests"]


def make_environment() -> dict[str, str]:
    """Return the environment of a round."""
    return {**os.environ, SOAK: str(ROUND)}


def hash_code() -> str:
    """Return the digest of all that a seed goes through: another one begins anew."""
    total = hashlib.sha256()
    for folder in ("plugins", "include", "expectations", "tests"):
        for path in sorted((PROJECT / folder).rglob("*.*")):
            if path.suffix in (".py", ".sql", ".toml", ".json"):
                total.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return total.hexdigest()[:16]


def read_done() -> set[str]:
    """Return the rounds that held."""
    return set(DONE.read_text(encoding="utf-8").splitlines()) if DONE.exists() else set()


if __name__ == "__main__":
    sys.exit(main())
