"""The address of a channel, as its Airflow connection says it."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.airflow


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (
            {"conn_type": "aws", "extra": {"bucket": "drop", "prefix": "/pos/#1 nightly"}},
            "s3://drop/pos/%231%20nightly",
        ),
        ({"conn_type": "aws", "extra": {"bucket": "drop"}}, "s3://drop/"),
        ({"conn_type": "file", "extra": {"path": "/srv/in"}}, "file:///srv/in"),
        (
            {"conn_type": "sftp", "host": "a.example", "port": 22, "extra": {"path": "/out"}},
            "sftp://a.example:22/out",
        ),
        ({"conn_type": "http", "host": "a.example"}, "https://a.example"),
        ({"conn_type": "http", "host": "a.example", "schema": "http"}, "http://a.example"),
    ],
)
def test_a_connection_names_one_address(
    given: dict[str, object], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk import Connection

    from customer_hub.channels.config import read_channel
    from customer_hub.flows import connections

    held = {**given, "extra": json.dumps(given.get("extra", {}))}
    monkeypatch.setattr(Connection, "get", lambda name: Connection(conn_id=name, **held))
    assert connections.read_access(read_channel("pos")).base_url == url
