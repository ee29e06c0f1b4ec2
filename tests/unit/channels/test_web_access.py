"""What a channel over HTTP is opened with: careful as shipped, otherwise as its connection asks."""

from __future__ import annotations

import pytest
from requests.auth import HTTPBasicAuth

from customer_hub.channels.config import read_channel, read_channels
from customer_hub.channels.contract import Access
from customer_hub.channels.web_access import open_http
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.http import HttpClient

CRM = read_channel("crm")
PLAIN, SAFE = "http://127.0.0.1:9", "https://crm.example"


def open_with(url: str, **extra: str) -> HttpClient:
    return open_http(CRM, Access(url, extra=extra), HTTPBasicAuth("a", "b"))


def test_the_shipped_channels_are_asked_carefully() -> None:
    assert max(channel.requests_per_second for channel in read_channels().values()) <= 10
    assert open_with(SAFE)._budget.rate == CRM.requests_per_second


@pytest.mark.parametrize("extra", [{}, {"allow_insecure": "False"}])
def test_plain_http_is_refused_unasked(extra: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="plain http"):
        open_with(PLAIN, **extra)


def test_the_connection_asks_for_a_sandbox() -> None:
    # Python writes a JSON true as True.
    client = open_with(PLAIN, allow_insecure="True", requests_per_second="500")
    assert client._budget.rate == 500


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("allow_insecure", "yes"),
        ("allow_insecure", ""),
        ("requests_per_second", "many"),
        ("requests_per_second", "0"),
        ("requests_per_second", "nan"),
        ("requests_per_second", "1e9"),
    ],
)
def test_a_wrong_extra_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"{name}.*hub_crm"):
        open_with(SAFE, **{name: text})
