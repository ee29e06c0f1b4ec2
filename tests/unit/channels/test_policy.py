"""What decides the result is in the policy's digest, and nothing else is."""

from typing import Any

import pytest

from customer_hub.channels.config import read_channels
from customer_hub.channels.policy import complete_policy, read_policy
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


@pytest.mark.parametrize("name", ["STANDARDISER_VERSION", "FEATURE_VERSION"])
def test_another_version_of_the_code_is_another_policy(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(versions, name, 99)
    assert complete_policy(read_policy_files(), read_channels()).digest != read_policy().digest
