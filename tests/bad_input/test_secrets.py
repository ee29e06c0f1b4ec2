"""Secrets that are missing, left at their defaults, or of another hub: said at once, never shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from customer_hub.core import keys, settings
from customer_hub.core.errors import ConfigurationError, HubError, SealError
from local.sandbox.process import SandboxProcess
from tests.bad_input.rooms import check_text, gather, select
from tests.bad_input.test_channel_faults import open_peer
from tests.channels.peers import PEERS

DEFAULTS = {
    "HUB_S3_SECRET_KEY": "changeme",
    "HUB_S3_ACCESS_KEY": "Admin",
    "HUB_DATABASE_URL": "postgresql+psycopg://hub:postgres@127.0.0.1:1/hub",
    "HUB_DRILL_DATABASE_URL": "postgresql+psycopg://drill:@127.0.0.1:1/hub",
    "HUB_KEK": "A" * 43 + "=",
    "HUB_BACKUP_KEK": "secret",
}


def run_hub(*arguments: str, without: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command `hub` as a person does."""
    environment = {name: value for name, value in os.environ.items() if name != without}
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-m", "customer_hub.cli", *arguments],
        env={**environment, **changes, "PYTHONPATH": str(root / "plugins")},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_secret_is_named_in_one_line(hub: str) -> None:
    finished = run_hub("migrate", without="HUB_KEK")
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith("hub: environment: 1 setting(s) are wrong: HUB_KEK Field required")
    assert "docs/reference/settings.md" in line


@pytest.mark.parametrize("name", DEFAULTS)
def test_each_secret_must_be_there(hub: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(ConfigurationError, match=f"1 setting.s. are wrong: {name} Field required"):
        settings.read_settings()


def test_all_default_secrets_are_named_at_once_and_not_shown(hub: str) -> None:
    finished = run_hub("migrate", **DEFAULTS)
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert f"{len(DEFAULTS)} setting(s) are wrong" in line
    for name, value in DEFAULTS.items():
        assert name in line
        assert value not in line


def test_one_key_for_both_purposes_is_refused(hub: str) -> None:
    finished = run_hub("migrate", HUB_BACKUP_KEK=os.environ["HUB_KEK"])
    assert finished.returncode == 1
    assert "HUB_KEK and HUB_BACKUP_KEK are the same key" in finished.stderr
    assert os.environ["HUB_KEK"] not in finished.stderr


def refuse(sandbox: SandboxProcess, expected: type[HubError], *words: str) -> None:
    """A gather under these settings ends in a clear error and writes nothing."""
    settings.settings.cache_clear()
    keys.sealer.cache_clear()
    with pytest.raises(expected) as caught:
        gather(PEERS["crm"].config(), open_peer(sandbox, "crm"))
    check_text(caught.value, *words, hidden=(os.environ["HUB_KEK"],))


def test_a_gather_without_its_keys_writes_nothing_and_goes_on_with_them(
    hub: str, sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = os.environ["HUB_KEK"]
    monkeypatch.setenv("HUB_KEY_FILE", str(tmp_path / "absent.json"))
    refuse(sandbox, ConfigurationError, "there is no key file", "hub keys init")
    (tmp_path / "broken.json").write_text("{")
    monkeypatch.setenv("HUB_KEY_FILE", str(tmp_path / "broken.json"))
    refuse(sandbox, ConfigurationError, "the key file is not JSON", "restore it")
    monkeypatch.setenv("HUB_KEY_FILE", str(tmp_path / "keys.json"))
    monkeypatch.setenv("HUB_KEK", keys.new_kek())
    refuse(sandbox, SealError, "does not open the key file", "HUB_KEK and HUB_KEY_FILE belong")
    assert select("select 1 from hub.gathered_window") == []
    assert select("select 1 from landing.version") == []

    monkeypatch.setenv("HUB_KEK", right)
    settings.settings.cache_clear()
    keys.sealer.cache_clear()
    assert gather(PEERS["crm"].config(), open_peer(sandbox, "crm")).landed == 24


@pytest.mark.parametrize("name", list(PEERS))
def test_a_connection_without_its_secret_is_named(
    hub: str, sandbox: SandboxProcess, name: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_peer(sandbox, name, password="")
    check_text(caught.value, name, f"the Airflow connection hub_{name}")
