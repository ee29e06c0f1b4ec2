"""TLS is verified everywhere: before a wrong server, nothing is sent, and the error says why."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from requests.auth import HTTPBasicAuth
from sqlalchemy.exc import OperationalError

from customer_hub.backup import storage
from customer_hub.backup.postgres_tools import dump_schema
from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import Access
from customer_hub.channels.file_drop.places import open_folder
from customer_hub.channels.web_access import open_http
from customer_hub.core import alert, db
from customer_hub.core.errors import (
    BackupError,
    BackupStoreError,
    ChannelAccessError,
    ConfigurationError,
)
from customer_hub.core.settings import read_settings
from tests.conftest import clear_caches
from tests.tls_servers import WRONG, Authority, TlsServer, run_tls

each_fault = pytest.mark.parametrize("fault", list(WRONG))
PASSWORD = "secret-word"
# What a store without objects answers.
EMPTY_LIST = b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """A company's own authority, installed as docs/guides/deploy.md says."""
    made = Authority(tmp_path)
    for name in ("REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(made.path))
    return made


def ask_channel(server: TlsServer, **change: Any) -> None:
    access = Access(f"https://127.0.0.1:{server.server_port}", extra={"attempts": "2"})
    client = open_http(read_channel("crm"), access, HTTPBasicAuth("who", PASSWORD))
    if change:
        client.write("PUT", "/x", body=change)
    else:
        client.read("/x")


def list_drop(server: TlsServer) -> None:
    extra = {
        "endpoint_url": f"https://127.0.0.1:{server.server_port}",
        "addressing_style": "path",
        "region_name": "us-east-1",
    }
    with open_folder("pos", Access("s3://bucket/in", "key", PASSWORD, extra)) as folder:
        folder.list_files()


@each_fault
def test_a_channel_with_a_wrong_certificate_is_asked_nothing(
    authority: Authority, fault: str
) -> None:
    with run_tls(authority, fault) as server:
        for change in ({}, {"a": 1}):
            with pytest.raises(ChannelAccessError, match=WRONG[fault]) as caught:
                ask_channel(server, **change)
            assert caught.value.where.startswith("crm ")
            assert "deploy.md" in caught.value.hint
            assert PASSWORD not in str(caught.value)
        assert server.seen == []


@each_fault
def test_a_drop_on_s3_with_a_wrong_certificate_is_asked_nothing(
    authority: Authority, fault: str
) -> None:
    with run_tls(authority, fault) as server:
        with pytest.raises(ChannelAccessError, match=WRONG[fault]) as caught:
            list_drop(server)
        assert caught.value.where == "pos"
        assert server.seen == []


@each_fault
def test_a_backup_store_with_a_wrong_certificate_gets_nothing(
    hub: str, authority: Authority, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    with run_tls(authority, fault) as server:
        monkeypatch.setenv("HUB_S3_ENDPOINT_URL", f"https://127.0.0.1:{server.server_port}")
        clear_caches()
        with pytest.raises(BackupError, match=WRONG[fault]) as caught:
            storage.Bucket("hub").put("data/x", b"rows")
        assert not isinstance(caught.value, BackupStoreError), "trying again cannot help"
        assert server.seen == []


@each_fault
@pytest.mark.parametrize("scheme", ["https://", "smtps://who:secret-word@"])
def test_an_alert_goes_to_no_wrong_certificate(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, scheme: str, fault: str
) -> None:
    with run_tls(authority, fault) as server:
        point_alerts(monkeypatch, f"{scheme}127.0.0.1:{server.server_port}/?from=a&to=b")
        assert not alert.send_alert("failed_run", "gather_crm")
        assert server.seen == []


def test_the_right_certificate_is_trusted_by_all_of_them(
    hub: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_tls(authority) as server:
        ask_channel(server)
        ask_channel(server, a=1)
        point_alerts(monkeypatch, f"https://127.0.0.1:{server.server_port}/hook")
        assert alert.send_alert("failed_run", "gather_crm")
        server.body = EMPTY_LIST
        list_drop(server)
        monkeypatch.setenv("HUB_S3_ENDPOINT_URL", f"https://127.0.0.1:{server.server_port}")
        clear_caches()
        assert storage.Bucket("hub").list("data/") == {}
        assert len(server.seen) == 5


def point_alerts(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(alert, "settings", lambda: SimpleNamespace(alert_url=SecretStr(url)))


class DatabasePort:
    """What stands at a database's port: takes or refuses TLS, and keeps what it was told after."""

    def __init__(self, authority: Authority, fault: str) -> None:
        self._context = authority.make_context(fault)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.told = b""
        self.asked = threading.Event()

    @property
    def url(self) -> str:
        port = self._listener.getsockname()[1]
        return f"postgresql+psycopg://hub:{PASSWORD}@127.0.0.1:{port}/hub"

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self._answer(connection)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, connection: socket.socket) -> None:
        length, code = struct.unpack("!ii", connection.recv(8))
        assert (length, code) == (8, 80877103), "the client asks for TLS first"
        self.asked.set()
        if self._context is None:
            connection.sendall(b"N")
            self.told += connection.recv(4096)
            return
        connection.sendall(b"S")
        try:
            with self._context.wrap_socket(connection, server_side=True) as secured:
                self.told += secured.recv(4096)
        except OSError:
            return


@contextmanager
def database_port(authority: Authority, fault: str) -> Iterator[DatabasePort]:
    running = DatabasePort(authority, fault)
    thread = threading.Thread(target=running.serve)
    thread.start()
    try:
        yield running
    finally:
        running.close()
        thread.join()


@each_fault
def test_a_database_with_a_wrong_certificate_is_told_nothing(
    authority: Authority, fault: str
) -> None:
    with database_port(authority, fault) as port:
        url = f"{port.url}?sslmode=verify-full&sslrootcert={authority.path}"
        with pytest.raises(OperationalError) as caught, db.begin(url):
            pass
        db.engine(url).dispose()
        assert port.asked.is_set()
        assert port.told == b"", "neither who asks nor the password"
        assert PASSWORD not in str(caught.value)


def test_a_database_with_the_right_certificate_is_told_who_asks(authority: Authority) -> None:
    with database_port(authority, "") as port:
        url = f"{port.url}?sslmode=verify-full&sslrootcert={authority.path}"
        with pytest.raises(OperationalError), db.begin(url):
            pass  # the port knows no more of PostgreSQL
        db.engine(url).dispose()
        assert b"customer_hub" in port.told


def test_the_backup_tools_keep_to_the_sslmode_of_the_url(hub: str) -> None:
    # The packaged tools know no TLS: that they say so proves that they were asked for it.
    with pytest.raises(BackupError, match="sslmode"):
        dump_schema(f"{hub}?sslmode=require", "")


@pytest.mark.parametrize(
    ("host", "is_taken"),
    [
        ("127.0.0.1", True), ("localhost", True), ("[::1]", True), ("postgres", True),
        ("10.0.0.7", False), ("db.hub.example", False), ("[2001:db8::7]", False),
        ("db.hub.example/hub?sslmode=verify-full", True),
    ],
)  # fmt: skip
def test_a_database_elsewhere_must_say_how_it_is_reached(
    hub: str, monkeypatch: pytest.MonkeyPatch, host: str, is_taken: bool
) -> None:
    tail = host if "/" in host else f"{host}/hub"
    monkeypatch.setenv("HUB_DATABASE_URL", f"postgresql+psycopg://hub:{PASSWORD}@{tail}")
    if is_taken:
        read_settings()
        return
    with pytest.raises(ConfigurationError, match=r"HUB_DATABASE_URL .*no sslmode") as caught:
        read_settings()
    assert PASSWORD not in str(caught.value)
