"""Secrets are random, made once, and readable by their owner alone."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.stack.errors import StackError
from local.stack.secrets import Secrets


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = Secrets(tmp_path / "s" / "secrets.json").password("one")
    again = Secrets(tmp_path / "s" / "secrets.json")
    assert again.password("one") == first
    assert again.password("two") != first
    assert len(first) >= 32


def test_only_the_owner_can_read_the_file_and_its_folder(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "s" / "secrets.json")
    secrets.key("one")
    assert stat.S_IMODE(secrets.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(secrets.path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json")
    secrets.key("one")
    secrets.path.chmod(0o644)
    with pytest.raises(StackError, match="chmod 600"):
        secrets.key("one")


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": '])
def test_a_broken_file_is_refused_and_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secrets.json"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(StackError, match="cannot be read"):
        Secrets(path).password("a")
    assert path.read_text() == text


def test_askers_at_the_same_time_get_the_same_secret(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda turn: Secrets(path).password(f"s{turn % 4}"), range(32)))
    assert len(set(values)) == 4
    assert len(json.loads(path.read_text())) == 4


def test_secrets_that_belong_together_are_made_together(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json")
    pair = secrets.made_together(("private", "public"), lambda: ("1", "2"))
    assert pair == ("1", "2")
    assert secrets.made_together(("private", "public"), lambda: ("3", "4")) == pair
