"""What the judge shows: tables on the terminal, all figures as JSON in build/bench."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.matching.contenders import PLAIN
from bench.matching.hard_cases import Mistakes
from bench.matching.running import Run
from customer_hub.match.files.quality import Verdict

Figures = dict[str, Any]


def summarise(verdict: Verdict) -> Figures:
    """Return a verdict's figures with both F1."""
    return {
        **asdict(verdict),
        "pairwise": {**asdict(verdict.pairwise), "f1": verdict.pairwise.f1},
        "b_cubed": {**asdict(verdict.b_cubed), "f1": verdict.b_cubed.f1},
    }


def summarise_runs(runs: Sequence[Run]) -> Figures:
    """Return the medians of seconds and peak memory, and each run's."""
    return {
        "seconds": statistics.median(run.seconds for run in runs),
        "peak_mb": statistics.median(run.peak_mb for run in runs),
        "runs": [{"seconds": run.seconds, "peak_mb": run.peak_mb} for run in runs],
    }


def summarise_mistakes(mistakes: Mapping[str, Mistakes]) -> Figures:
    """Return the hard cases' figures."""
    return {
        name: {**asdict(each), "share": each.share, "avoidable_share": each.avoidable_share}
        for name, each in mistakes.items()
    }


def fit_exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of log cost over log size: 1 is linear, n log n a little above."""
    if len(sizes) < 2:
        return math.nan
    slope = statistics.linear_regression(
        [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    ).slope
    return float(slope)


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, figures to the right."""
    widths = [max(len(row[at]) for row in [header, *rows]) for at in range(len(header))]
    print(f"\n{title}")
    for row in [header, ["-" * width for width in widths], *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip(), flush=True)


def print_quality(groupings: Mapping[str, Mapping[str, Figures]]) -> None:
    """Print pairwise F1 by set and grouping with the mean over the sets that all have."""
    names = sorted({name for each in groupings.values() for name in each}, key=_rank)
    rows = [
        [set_name, *(_f1(each.get(name)) for name in names)] for set_name, each in groupings.items()
    ]
    judged = [each for each in groupings.values() if all(name in each for name in names)]
    if judged:
        means = [
            statistics.fmean(each[name]["pairwise"]["f1"] for each in judged) for name in names
        ]
        rows.append([f"mean of {len(judged)}", *(f"{mean:.4f}" for mean in means)])
    print_table("Pairwise F1 after clustering", ["set", *names], rows)
    header = ["set, grouping", "P", "R", "F1", "B3 P", "B3 R", "B3 F1", "over", "under", "reach"]
    header += ["seconds", "MB"]
    details = [
        [f"{set_name}, {name}", *_detail(each[name])]
        for set_name, each in groupings.items()
        for name in names
        if name in each
    ]
    print_table(
        "In detail (over: groups merged wrongly, under: true groups split)", header, details
    )


def _rank(name: str) -> tuple[int, str]:
    order = ("hub", PLAIN, "splink .95", "splink .5", "goldenmatch")
    return (order.index(name) if name in order else len(order), name)


def _f1(figures: Figures | None) -> str:
    return f"{figures['pairwise']['f1']:.4f}" if figures else "-"


def _detail(figures: Figures) -> list[str]:
    scores = [
        f"{figures[kind][part]:.4f}"
        for kind in ("pairwise", "b_cubed")
        for part in ("precision", "recall", "f1")
    ]
    reach = f"{figures['reach']:.4f}" if "reach" in figures else "-"
    counts = [str(figures["over_merged"]), str(figures["under_merged"]), reach]
    return [*scores, *counts, f"{figures['seconds']:.1f}", f"{figures['peak_mb']:.0f}"]


def print_mistakes(groupings: Mapping[str, Figures]) -> None:
    """Print the hard cases of the world: all pairs, and those that something separates."""
    rows = []
    for name, each in groupings.items():
        cases = each.values()
        rows.append(
            [name, *(f"{case['merged']}/{case['pairs']} {case['share']:.1%}" for case in cases)]
        )
        rows.append(["  separable", *(_tell_separable(case) for case in cases)])
    if rows:
        header = ["grouping", *next(iter(groupings.values()))]
        print_table(
            "Wrong merges in the world, of truth-distinct pairs that share a key", header, rows
        )


def _tell_separable(case: Figures) -> str:
    merged, pairs = case["merged"] - case["alike_merged"], case["pairs"] - case["alike"]
    return f"{merged}/{pairs} {case['avoidable_share']:.1%}"


def print_speed(sizes: Mapping[int, Mapping[str, Figures]]) -> None:
    """Print wall time and memory on the Western table, and ours as a ratio of Splink's."""
    header = [
        "records, grouping",
        "seconds",
        "of splink",
        "MB",
        "of splink",
        "pairs",
        "reach",
        "F1",
    ]
    rows = []
    for size, each in sizes.items():
        splink = each.get("splink .95")
        for name in sorted(each, key=_rank):
            figures = each[name]
            rows.append(
                [
                    f"{size:,}, {name}",
                    f"{figures['seconds']:.1f}",
                    _ratio(figures, splink, "seconds"),
                    f"{figures['peak_mb']:.0f}",
                    _ratio(figures, splink, "peak_mb"),
                    f"{figures['compared_pairs']:,.0f}" if "compared_pairs" in figures else "-",
                    f"{figures['reach']:.4f}" if "reach" in figures else "-",
                    _f1(figures),
                ]
            )
    print_table("Speed on the Western table, from standardised columns", header, rows)


def print_stages(size: int, figures: Figures) -> None:
    """Print the cost of a table that nothing is standard in, stage by stage."""
    stages: Mapping[str, float] = figures["stages"]
    rows = [[name, f"{seconds:.1f}", f"{seconds / figures['seconds']:.0%}"]
            for name, seconds in stages.items()]  # fmt: skip
    rows.append(["all", f"{figures['seconds']:.1f}", ""])
    title = f"{size:,} Chinese records as channels write them: seconds by stage"
    print_table(title, ["stage", "seconds", "share"], rows)
    print(f"{figures['peak_mb']:.0f} MB, F1 {_f1(figures)}, reach {figures['reach']:.4f}")


def _ratio(figures: Figures, splink: Figures | None, what: str) -> str:
    return f"{figures[what] / splink[what]:.2f}" if splink else "-"


def write_json(path: Path, figures: Figures) -> None:
    """Write all figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")
