"""What the documents tell people to run does run: the tutorial's files, the ways back to keys."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import Access
from customer_hub.cli import app
from customer_hub.core import db, keys, sql
from customer_hub.core.errors import SealError
from customer_hub.core.results import Receipt
from tests.conftest import clear_caches

PROJECT = Path(__file__).resolve().parents[1]


def read_snippet(document: str, word: str) -> str:
    """Return the one Python example of a document that holds a word."""
    text = (PROJECT / "docs" / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    found = [block for block in blocks if word in block]
    assert len(found) == 1, f"{document}: {len(found)} examples with {word}"
    return str(found[0])


def run_snippet(
    snippet: str, *arguments: str, **environment: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-", *arguments],
        input=snippet,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT / "plugins"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def make_rows(folder: Path, name: str, numbers: str, mail: str) -> None:
    finished = run_snippet(read_snippet("first-hour.md", "DictWriter"), numbers, mail)
    assert finished.returncode == 0, finished.stderr
    (folder / f"{name}.csv").write_text(finished.stdout, encoding="utf-8")


def gather_uploads(folder: Path, run_id: str) -> Receipt:
    from customer_hub.gather.run import gather_entity
    from customer_hub.validate.gate import validate_window

    config = read_channel("manual")
    channel = config.load_system().open_channel(config, Access(folder.as_uri(), login="me"))
    result = gather_entity(config, channel, "customer", start=None, end=None, run_id=run_id)
    return validate_window(config, result.window_id, run_id)


def list_kept_back() -> list[str]:
    with db.begin() as connection:
        return [row.rule for row in sql.rows(connection, "validate/list_quarantine")]


def test_the_tutorial_shows_quarantine_repair_and_a_held_window(hub: str, tmp_path: Path) -> None:
    from customer_hub.validate.gate import waive_window

    folder = tmp_path / "manual"
    folder.mkdir()
    make_rows(folder, "good", "M-1", "office@qinghe.example")
    make_rows(folder, "bad", "M-2", "not a mail")
    receipt = gather_uploads(folder, "step 5")
    assert (receipt.state, receipt.accepted, receipt.quarantined) == ("closed", 1, 1)
    assert list_kept_back() == ["mail_format"]

    make_rows(folder, "better", "M-2", "two@qinghe.example")
    receipt = gather_uploads(folder, "step 6")
    assert (receipt.state, receipt.accepted) == ("closed", 1)
    assert list_kept_back() == []

    make_rows(folder, "worse", "M-11,M-12,M-13,M-14,M-15", "not a mail")
    receipt = gather_uploads(folder, "step 7")
    # The uploads of the last minutes are looked at again: the overlap, which counts as outside.
    assert (receipt.state, receipt.received - receipt.outside) == ("held", 5)
    with db.begin() as connection:
        (held,) = sql.rows(connection, "validate/list_unclosed_windows")
    assert held.hold_reason == "failed_share_bounded"
    waived = waive_window(held.window_id, "me", "trying it out")
    assert (waived.state, waived.quarantined) == ("closed", 5)


def run_documented(document: str, verb: str, **environment: str) -> Result:
    """Run the one line of a document's shell blocks that has this verb of `hub`."""
    text = (PROJECT / "docs" / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (line,) = (line for block in blocks for line in block.splitlines() if f"hub {verb}" in line)
    os.environ.update(environment)  # the fixture `hub` puts it back
    clear_caches()
    words = shlex.split(line)[1:]
    backup_id = environment.get("BACKUP_ID", "")
    return CliRunner().invoke(app, [re.sub(r"^\d{8}T\d{6}Z-\w{8}$", backup_id, w) for w in words])


@pytest.fixture
def kept_keys(hub: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[int, bytes]]:
    for name in ("HUB_NEW_KEK", "BACKUP_ID"):
        monkeypatch.setenv(name, "")
    document = keys.read_key_file(Path(os.environ["HUB_KEY_FILE"]))
    return keys.unwrap_keys(document, os.environ["HUB_KEK"])


def test_a_leaked_key_is_replaced_without_touching_data(
    kept_keys: dict[str, dict[int, bytes]],
) -> None:
    refused = run_documented("runbooks/leaked-key.md", "keys rewrap", HUB_NEW_KEK="short")
    assert "HUB_NEW_KEK" in str(refused.exception)
    new = keys.new_kek()
    finished = run_documented("runbooks/leaked-key.md", "keys rewrap", HUB_NEW_KEK=new)
    assert finished.exit_code == 0, finished.exception
    document = keys.read_key_file(Path(os.environ["HUB_KEY_FILE"]))
    assert keys.unwrap_keys(document, new) == kept_keys
    with pytest.raises(SealError):
        keys.unwrap_keys(document, os.environ["HUB_KEK"])
    os.environ["HUB_KEK"] = new
    checked = run_documented("runbooks/leaked-key.md", "audit verify")
    assert checked.stdout.strip() == "the audit log is whole"
    with db.begin() as connection:
        (entry,) = connection.exec_driver_sql("select action, reason from hub.audit_log").all()
        connection.exec_driver_sql("update hub.audit_log set reason = 'none of your business'")
    assert tuple(entry) == ("rewrap keys", "HUB_KEK leaked, ticket 4711")
    checked = run_documented("runbooks/leaked-key.md", "audit verify")
    assert checked.exit_code == 1
    assert checked.stdout.startswith("broken at entry")


def test_a_lost_key_file_comes_back_from_the_key_backup(
    kept_keys: dict[str, dict[int, bytes]], bucket: str
) -> None:
    from customer_hub.backup.write import write_backup

    backup_id, path = write_backup("lost"), Path(os.environ["HUB_KEY_FILE"])
    refused = run_documented("runbooks/lost-key.md", "keys restore", BACKUP_ID=backup_id)
    assert "move it aside" in str(refused.exception)

    path.unlink()
    new = keys.new_kek()
    finished = run_documented(
        "runbooks/lost-key.md", "keys restore", BACKUP_ID=backup_id, HUB_KEK=new
    )
    assert finished.exit_code == 0, finished.exception
    assert keys.unwrap_keys(keys.read_key_file(path), new) == kept_keys


def test_a_backup_is_restored_as_the_tutorial_says(bucket: str, postgres_server: object) -> None:
    from customer_hub.backup.write import write_backup

    text = (PROJECT / "docs" / "first-hour.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if "hub backup restore" in block)
    (line,) = (line for line in block.splitlines() if "hub backup verify" in line)
    script = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{8}", write_backup("tutorial"), block.replace(line, ""))
    bin_dir = str(Path(sys.executable).parent)
    try:
        finished = subprocess.run(
            ["bash", "-euc", script],
            env={**os.environ, "PATH": f"{bin_dir}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        postgres_server.drop_database("restored")  # type: ignore[attr-defined]
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout.splitlines()[-1])["rows"] > 10
    assert re.search(r"^content: \d+ tables, \d+ rows equal$", finished.stdout, re.MULTILINE)
