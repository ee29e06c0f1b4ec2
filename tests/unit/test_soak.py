"""A soak goes on where it was stopped, begins anew with other code, and names a round that fails."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import soak


@pytest.fixture
def rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rounds that were run, the fourth of which fails once."""
    run: list[str] = []

    def note(command: list[str], **_: object) -> SimpleNamespace:
        (seed,) = [word for word in command if word.startswith("--hypothesis-seed=")]
        run.append(seed.partition("=")[2])
        return SimpleNamespace(returncode=int(len(run) == 4))

    monkeypatch.setattr(soak, "DONE", tmp_path / "build" / "done")
    monkeypatch.setattr(subprocess, "run", note)
    return run


def test_it_stops_at_a_round_that_fails_and_goes_on_there(
    rounds: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert soak.main(["--seeds", "260"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[2].startswith("150 of 260 seeds hold")
    assert said[3].startswith("round 3 failed; again: HUB_SOAK_EXAMPLES=50 ")
    assert soak.main(["--seeds", "260"]) == 0
    assert soak.main(["--seeds", "260"]) == 0
    assert rounds == ["0", "1", "2", "3", "3", "4", "5"]
    monkeypatch.setattr(soak, "hash_code", lambda: "another")
    assert soak.main(["--seeds", "50"]) == 0
    assert rounds[7:] == ["0"]


def test_every_law_is_collected() -> None:
    """Without its mark a property would be left out of the soak unseen."""
    found = {
        path.name
        for path in (soak.PROJECT / "tests").rglob("test_*.py")
        if "@law(" in path.read_text(encoding="utf-8") and path.name != "test_soak.py"
    }
    assert {"test_history_laws.py", "test_identity_laws.py", "test_unmerge.py"} <= found
    assert len(found) > 10
