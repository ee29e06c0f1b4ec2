"""Alerts against real local receivers: a webhook and a mail server."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from customer_hub.core import alert, settings
from customer_hub.core.errors import BackupError, BadDataError, ConfigurationError
from customer_hub.core.results import BatchResult, Receipt
from customer_hub.flows import steps


class _Webhook(BaseHTTPRequestHandler):
    received: ClassVar[list[dict]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        type(self).received.append(json.loads(self.rfile.read(length)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class _MailServer(socketserver.StreamRequestHandler):
    received: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go\r\n")
                body = []
                while (row := self.rfile.readline()) != b".\r\n":
                    body.append(row.decode())
                type(self).received.append("".join(body))
            if verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


def _serve(server: socketserver.BaseServer) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _point_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert, "settings", lambda: SimpleNamespace(alert_url=SecretStr(url)))


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict]]:
    _Webhook.received = []
    server = HTTPServer(("127.0.0.1", 0), _Webhook)
    _serve(server)
    _point_at(f"http://127.0.0.1:{server.server_port}/hook", monkeypatch)
    yield _Webhook.received
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_ids_and_counts(webhook: list[dict]) -> None:
    assert alert.send_alert("dead_letters", "crm", count=3, run="r1")
    assert webhook == [{"kind": "dead_letters", "subject": "crm", "count": 3, "run": "r1"}]


def test_a_mail_server_gets_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    _MailServer.received = []
    server = socketserver.TCPServer(("127.0.0.1", 0), _MailServer)
    _serve(server)
    port = server.server_address[1]
    _point_at(f"smtp://127.0.0.1:{port}/?from=hub@ops.example&to=oncall@ops.example", monkeypatch)
    assert alert.send_alert("unproven_backup", "20261118T000000Z-aa")
    server.shutdown()
    server.server_close()
    (mail,) = _MailServer.received
    assert "Subject: [customer hub] unproven_backup: 20261118T000000Z-aa" in mail
    assert "To: oncall@ops.example" in mail


def test_an_alert_that_cannot_be_sent_is_logged_and_harms_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _point_at("http://127.0.0.1:9/secret-path", monkeypatch)
    assert not alert.send_alert("failed_run", "gather_crm r1")
    assert "was not sent" in caplog.text
    assert "secret-path" not in caplog.text


def test_without_a_setting_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert, "settings", lambda: SimpleNamespace(alert_url=None))
    assert not alert.send_alert("failed_run", "x")


def test_a_failed_task_says_which_and_not_what(webhook: list[dict]) -> None:
    from customer_hub.flows.alerts import alert_failed_task

    instance = SimpleNamespace(dag_id="gather_crm", run_id="r1", task_id="gather")
    alert_failed_task({"task_instance": instance, "exception": ValueError("张伟 13800138000")})
    assert webhook == [
        {
            "kind": "failed_run",
            "subject": "gather_crm r1",
            "task": "gather",
            "error": "ValueError",
        }
    ]


def test_a_held_window_alerts_and_fails(
    webhook: list[dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Receipt("crm", "customer", 7, state="held")
    monkeypatch.setattr("customer_hub.validate.gate.validate_window", lambda *_args: held)
    with pytest.raises(BadDataError, match="held: 7"):
        steps.validate_windows("crm", [7], "r1")
    assert [(each["kind"], each["window"]) for each in webhook] == [("held_window", 7)]


def test_dead_letters_alert(webhook: list[dict], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customer_hub.flows.connections.open_target", lambda _config: None)
    monkeypatch.setattr(
        "customer_hub.publish.plan.plan_deliveries", lambda *_args: BatchResult("plan")
    )

    def deliver(*given: Any) -> BatchResult:
        *_, tell = given
        result = BatchResult("deliver", {"dead": 2})
        tell(result)
        return result

    monkeypatch.setattr("customer_hub.publish.deliver.deliver_pending", deliver)
    steps.publish("crm", "r1")
    assert [(each["kind"], each["count"]) for each in webhook] == [("dead_letters", 2)]


def test_an_unproven_backup_alerts(webhook: list[dict], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_backup_id: str, _run_id: str) -> None:
        raise BackupError("not proven", where="b1", hint="look")

    monkeypatch.setattr("customer_hub.backup.drill.run_drill", fail)
    with pytest.raises(BackupError):
        steps.prove_backup("b1", "r1")
    assert [(each["kind"], each["subject"]) for each in webhook] == [("unproven_backup", "b1")]


def test_the_setting_is_read_from_the_environment(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_ALERT_URL", "https://alerts.example/hook")
    settings.settings.cache_clear()
    found = settings.settings()
    assert found.alert_url is not None
    assert found.alert_url.get_secret_value() == "https://alerts.example/hook"
    assert "alerts.example" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "smtps://u:topsecret@mail.example/",
        "smtp://mail.example/?from=hub@ops.example",
        "smtp:///?from=a@ops.example&to=b@ops.example",
        "ftp://mail.example/topsecret",
        "mail.example",
        "https://[topsecret/",
        "smtp://u:topsecret/@mail.example/?from=a@ops.example&to=b@ops.example",
        "smtp://u:topsecret@mail.example:port/?from=a@ops.example&to=b@ops.example",
    ],
)
def test_an_address_that_cannot_work_is_refused_at_the_start(
    hub: str, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HUB_ALERT_URL", url)
    with pytest.raises(ConfigurationError, match="HUB_ALERT_URL") as error:
        settings.read_settings()
    assert "topsecret" not in str(error.value)


def test_an_empty_address_means_no_alerts(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ALERT_URL", "")
    assert settings.read_settings().alert_url is None
