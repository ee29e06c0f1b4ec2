"""What decides the result is in the policy's digest, and nothing else is."""

from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import CHANNELS_DIR, read_channels
from customer_hub.channels.policy import (
    complete_policy,
    read_changed_policy,
    read_decided_channel,
    read_policy,
    standing_in,
)
from customer_hub.core import versions
from customer_hub.core.policy import read_policy_files


def digest_with(name: str, **changes: Any) -> bytes:
    channels = dict(read_channels())
    channels[name] = channels[name].model_copy(update=changes)
    return complete_policy(read_policy_files(), channels).digest


@pytest.mark.parametrize(
    "change",
    [{"trust": 1}, {"timezone": "Europe/Berlin"}, {"personal_key": True}, {"system": "manual"}],
    ids=lambda change: next(iter(change)),
)
def test_what_a_channel_decides_is_another_policy(change: dict[str, Any]) -> None:
    assert digest_with("crm", **change) != read_policy().digest


def test_how_a_channel_is_read_is_no_policy() -> None:
    same = digest_with("crm", title="x", page_size=7, schedule="0 5 * * *", connection="y")
    assert same == read_policy().digest


@pytest.mark.parametrize("name", ["STANDARDISER", "FEATURE", "MATCH", "MERGE"])
def test_another_version_of_the_code_is_another_policy(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(versions, f"{name}_VERSION", 99)
    assert complete_policy(read_policy_files(), read_channels()).digest != read_policy().digest


def test_a_policy_stands_in_with_its_channels_as_long_as_a_block_lasts(tmp_path: Path) -> None:
    changed = tmp_path / "pos.toml"
    text = (CHANNELS_DIR / "pos.toml").read_text(encoding="utf-8")
    changed.write_text(text.replace("Asia/Shanghai", "UTC"), encoding="utf-8")
    standing = read_policy()
    with standing_in(read_changed_policy([tmp_path])):
        assert read_policy().digest != standing.digest
        assert read_decided_channel("pos").timezone == "UTC"
        assert read_decided_channel("crm") == read_channels()["crm"]
    assert read_policy() is standing
    assert read_decided_channel("pos").timezone == "Asia/Shanghai"
