"""What is measured of a run, and what is made of the figures."""

import math
import sys
from pathlib import Path

import pytest

from bench.matching import report, running
from bench.matching.__main__ import main
from bench.matching.running import Run

_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', {body!r}], check=True)"
_HOLD = "held = bytearray(150 * 1024 * 1024); import time; time.sleep(0.4)"


def test_memory_is_that_of_the_whole_tree(tmp_path: Path) -> None:
    run = running.run([sys.executable, "-c", _CHILD.format(body=_HOLD)], tmp_path)
    assert run.exit_code == 0
    assert run.peak_mb > 150
    small = running.run([sys.executable, "-c", "print('said')"], tmp_path)
    assert small.peak_mb < 150
    assert small.output.strip() == "said"


def test_a_failure_keeps_its_code_and_its_words(tmp_path: Path) -> None:
    run = running.run([sys.executable, "-c", "raise SystemExit('no such column')"], tmp_path)
    assert run.exit_code == 1
    assert "no such column" in run.output


def test_medians_and_growth() -> None:
    runs = [Run(seconds, 10 * seconds, 0, "") for seconds in (3.0, 1.0, 2.0)]
    figures = report.summarise_runs(runs)
    assert (figures["seconds"], figures["peak_mb"], len(figures["runs"])) == (2.0, 20.0, 3)
    sizes = [1e5, 1e6, 3e6]
    assert report.fit_exponent(sizes, [size**1.5 for size in sizes]) == pytest.approx(1.5)
    assert math.isnan(report.fit_exponent([1e5], [1.0]))


def test_unknown_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--sets", "fake_100"])
    assert "unknown: fake_100; there are synth_zh_en_20k" in capsys.readouterr().err
