"""The export of keys: opened by its passphrase alone, and enough to begin again with."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from customer_hub.cli import app
from customer_hub.core import keys
from customer_hub.core.errors import ConfigurationError, HubError, SealError
from customer_hub.core.key_export import export_keys, open_export

WORDS = "correct horse battery staple"


def test_an_export_opens_with_its_passphrase_alone(hub: str) -> None:
    exported = export_keys(WORDS)
    opened = open_export(exported, WORDS)
    kept = keys.read_key_file(Path(os.environ["HUB_KEY_FILE"]))
    assert opened.segments == keys.unwrap_keys(kept, os.environ["HUB_KEK"])
    assert opened.backup_kek == os.environ["HUB_BACKUP_KEK"]
    assert opened.backup_kek.encode() not in exported
    assert export_keys(WORDS) != exported
    with pytest.raises(SealError, match="another passphrase"):
        open_export(exported, WORDS + "r")
    changed = json.loads(exported) | {"r": 9}
    with pytest.raises(SealError, match="another passphrase"):
        open_export(json.dumps(changed).encode(), WORDS)
    for rubbish in (b"", b"[]", b"{}", json.dumps(changed | {"n": 2**40}).encode()):
        with pytest.raises(ConfigurationError, match="no export of keys"):
            open_export(rubbish, WORDS)


def test_a_short_passphrase_is_refused(hub: str) -> None:
    with pytest.raises(ConfigurationError, match="at least 12"):
        export_keys("password")


def test_the_verbs_go_there_and_back(
    hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = CliRunner().invoke
    exported, backup_kek = tmp_path / "keys.export", tmp_path / "backup.kek"
    kept = Path(os.environ["HUB_KEY_FILE"]).read_text()
    wanted = keys.unwrap_keys(json.loads(kept), os.environ["HUB_KEK"])
    told = ["keys", "export", str(exported), "--reason", "for the safe", "--author", "me"]
    done = run(app, told, input=f"{WORDS}\n{WORDS}\n")
    assert done.exit_code == 0, done.exception
    assert exported.stat().st_mode & 0o777 == 0o600
    assert WORDS not in done.stdout
    again = run(app, told, input=f"{WORDS}\n{WORDS}\n")
    assert isinstance(again.exception, HubError)  # never replaced
    mistyped = run(app, told, input=f"{WORDS}\n{WORDS}r\n")
    assert mistyped.exit_code != 0

    other, new = tmp_path / "elsewhere.json", keys.new_kek()
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_KEY_FILE", str(other))
    monkeypatch.setenv("HUB_KEK", new)
    monkeypatch.setenv("HUB_PASSPHRASE", WORDS)
    told = ["keys", "import", str(exported), "--backup-kek-out", str(backup_kek)]
    done = run(app, told)
    assert done.exit_code == 0, done.exception
    assert keys.unwrap_keys(keys.read_key_file(other), new) == wanted
    assert backup_kek.stat().st_mode & 0o777 == 0o600
    assert len(backup_kek.read_text().split()) == 1
