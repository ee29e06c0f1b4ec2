"""``make bench-match``: judge the hub's matching beside its peers (see bench/README.md)."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.matching import chinese, contenders, hard_cases, report, running, sets, western
from bench.matching.contenders import Contender
from bench.matching.report import Figures
from bench.matching.running import Run
from customer_hub.match.files.quality import judge

SPEED_SIZE = 1_000_000
SCALE_SIZES = (100_000, 300_000, 1_000_000, 3_000_000)
# A pure-Python path of goldenmatch takes minutes; its time is told, but decides nothing.
_ONCE = {"goldenmatch"}
_FAST = ("hub", contenders.PLAIN, "splink")


def main(arguments: list[str] | None = None) -> int:
    """Run what the arguments ask for; non-zero if a contender failed."""
    parser = argparse.ArgumentParser(prog="bench.matching", description=__doc__)
    parser.add_argument("--sets", default=",".join(sets.SETS), help="by comma; none: no quality")
    parser.add_argument("--contenders", default=",".join(contenders.NAMES))
    parser.add_argument("--runs", type=int, default=3, help="of each contender; medians are told")
    parser.add_argument(
        "--speed", type=int, default=SPEED_SIZE, help="records; 0: none, 1: a million"
    )
    parser.add_argument(
        "--chinese", type=int, default=SPEED_SIZE, help="records that nothing is standard in"
    )
    parser.add_argument("--scale", default="", help="1, or sizes by comma: growth with the size")
    options = parser.parse_args(arguments)
    names = [] if options.sets == "none" else _choose(parser, options.sets, sets.SETS)
    chosen = _choose(parser, options.contenders, contenders.NAMES)
    bench = _Bench(chosen, max(1, options.runs))
    quality = bench.judge_sets(_tell_absent(names))
    sizes = _list_sizes(options.scale)
    single = SPEED_SIZE if options.speed == 1 else options.speed
    speed = bench.race(sorted({*sizes, single} - {0}))
    figures = {"machine": _describe_machine(), "quality": quality, "speed": speed}
    if options.chinese and "hub" in chosen:
        figures["chinese"] = bench.profile(options.chinese)
    if len(sizes) > 1:
        figures["growth"] = _print_growth(speed)
    path = sets.BUILD / "matching.json"
    report.write_json(path, figures)
    print(f"\nAll figures: {path.relative_to(sets.PROJECT)}")
    for failure in bench.failures:
        print(failure, file=sys.stderr)
    return 1 if bench.failures else 0


class _Bench:
    """Runs the chosen contenders one at a time, interleaved, and judges what they write."""

    def __init__(self, names: Sequence[str], runs: int) -> None:
        self.failures: list[str] = []
        self._runs = runs
        self._names = []
        for name in names:
            absence = contenders.find_absence(name)
            if absence:
                print(f"{name} is absent: {absence}")
            else:
                self._names.append(name)

    def judge_sets(self, names: Sequence[str]) -> dict[str, dict[str, Figures]]:
        """Return the figures by set and grouping, and print them."""
        quality: dict[str, dict[str, Figures]] = {}
        for name in names:
            labelled = sets.load(name)
            truth = pd.read_csv(labelled.truth, dtype="str")
            quality[name] = self._judge(name, labelled.records, truth, self._names)
        if quality:
            report.print_quality(quality)
        world = quality.get("world", {})
        report.print_mistakes({name: each["hard_cases"] for name, each in world.items()})
        return quality

    def race(self, sizes: Sequence[int]) -> dict[int, dict[str, Figures]]:
        """Return the figures by size of the Western table and grouping, and print them."""
        chosen = {*self._names, *([contenders.PLAIN] if "hub" in self._names else [])}
        names = [name for name in _FAST if name in chosen]
        speed: dict[int, dict[str, Figures]] = {}
        for size in sizes:
            records, told = western.write_western(size, sets.BUILD / "western" / str(size))
            speed[size] = self._judge("western", records, pd.read_parquet(told), names)
        if speed:
            report.print_speed(speed)
        return speed

    def profile(self, size: int) -> dict[str, Figures]:
        """Return the figures of ours on Chinese customers as written, by stage, and print them."""
        records, told = chinese.write_chinese(size, sets.BUILD / "chinese" / str(size))
        found = self._judge("chinese", records, pd.read_csv(told, dtype="str"), ["hub"])
        for figures in found.values():
            report.print_stages(size, figures)
        return found

    def _judge(
        self, set_name: str, records: Path, truth: pd.DataFrame, names: Sequence[str]
    ) -> dict[str, Figures]:
        is_table = records.suffix == ".parquet"
        known = contenders.list_contenders(is_table=is_table)
        folder = sets.BUILD / "runs" / (f"{set_name}_{len(truth)}" if is_table else set_name)
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for turn in range(self._runs):
            for name in names:
                if turn == 0 or (name not in _ONCE and runs[name][0].exit_code == 0):
                    run = self._run(known[name], set_name, records, folder / name)
                    runs[name].append(run)
        found: dict[str, Figures] = {}
        for name in names:
            if any(run.exit_code for run in runs[name]):
                tail = "\n".join(runs[name][-1].output.splitlines()[-5:])
                self.failures.append(f"{name} failed on {set_name}:\n{tail}")
                continue
            found |= _weigh(known[name], set_name, records, truth, folder / name, runs[name])
        return found

    def _run(self, contender: Contender, set_name: str, records: Path, out: Path) -> Run:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        command = contender.command(set_name, records, out, is_table=records.suffix == ".parquet")
        run = running.run(command, sets.PROJECT)
        print(f"{set_name}: {contender.name} {run.seconds:.1f} s, {run.peak_mb:.0f} MB", flush=True)
        return run


def _weigh(
    contender: Contender,
    set_name: str,
    records: Path,
    truth: pd.DataFrame,
    out: Path,
    runs: Sequence[Run],
) -> dict[str, Figures]:
    """Return the figures of a contender's groupings on one set."""
    cost = report.summarise_runs(runs)
    if contender.name in contenders.OURS:
        cost["stages"] = chinese.split_stages(runs[-1].output, runs[-1].seconds)
    labels = {
        name: contenders.read_labels(out / file, truth["unique_id"])
        for name, file in contender.groupings.items()
    }
    cost |= contenders.measure_reach(contender, set_name, records, truth, out)
    found: dict[str, Figures] = {}
    for name, label in labels.items():
        verdict = judge(label, truth["cluster_id"].to_numpy(dtype="U"))
        found[name] = report.summarise(verdict) | cost
        if set_name == "world":
            table = pd.read_csv(records, dtype="str")
            mistakes = hard_cases.count_mistakes(table, truth, label)
            found[name]["hard_cases"] = report.summarise_mistakes(mistakes)
    return found


def _choose(parser: argparse.ArgumentParser, text: str, known: Sequence[str]) -> list[str]:
    names = [name for name in text.replace(" ", "").split(",") if name]
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
    return names


def _tell_absent(names: list[str]) -> list[str]:
    """Say which sets are absent and return the others."""
    absent = sets.list_absent(names)
    if absent:
        print(f"Absent: {', '.join(absent)}. Set MATCH_DATA to the folder that holds them, each as")
        print("NAME/records.csv.gz with the columns unique_id and cluster_id. The run goes on.")
    return [name for name in names if name not in absent]


def _list_sizes(text: str) -> tuple[int, ...]:
    if text in ("", "0"):
        return ()
    return SCALE_SIZES if text == "1" else tuple(int(size) for size in text.split(","))


def _print_growth(speed: dict[int, dict[str, Figures]]) -> dict[str, float]:
    """Print and return by grouping the exponent with which wall time grows."""
    growth = {}
    for name in next(iter(speed.values())):
        sizes = [size for size, each in speed.items() if name in each]
        growth[name] = report.fit_exponent(sizes, [speed[size][name]["seconds"] for size in sizes])
    rows = [[name, f"{exponent:.2f}"] for name, exponent in growth.items()]
    report.print_table("Growth: seconds ~ records ^ exponent", ["grouping", "exponent"], rows)
    return growth


def _describe_machine() -> Figures:
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "platform": platform.machine(),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
