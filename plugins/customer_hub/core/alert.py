"""Alerts to people: one setting, a webhook or a mail server; ids and counts only."""

import json
import logging
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import requests

from customer_hub.core.settings import settings

log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 10


def send_alert(kind: str, subject: str, **facts: str | int) -> bool:
    """Tell people that something needs them; returns whether an alert was sent.

    An alert that cannot be sent is logged and never makes things worse: the step that raised it
    keeps its own outcome.

    Args:
        kind: failed_run, held_window, dead_letters, push_waits, drift, unproven_backup,
            overdue_backup or lost_backup.
        subject: the id of what it is about (DAG and run, window, channel, backup).
        facts: ids and counts, never a person's data.
    """
    secret = settings().alert_url
    if secret is None:
        return False
    url = secret.get_secret_value()
    message = {"kind": kind, "subject": subject, **facts}
    try:
        if url.startswith(("http://", "https://")):
            requests.post(url, json=message, timeout=_TIMEOUT_SECONDS).raise_for_status()
        else:
            _send_mail(url, message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.error("alert %s for %s was not sent: %s", kind, subject, type(error).__name__)
        return False
    return True


def _send_mail(url: str, message: dict[str, str | int]) -> None:
    """Send by smtp://[user:password@]host[:port]/?from=..&to=.. (smtps for TLS from the start)."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    mail = EmailMessage()
    mail["Subject"] = f"[customer hub] {message['kind']}: {message['subject']}"
    mail["From"] = query["from"][0]
    mail["To"] = ", ".join(query["to"])
    mail.set_content(json.dumps(message, indent=1, sort_keys=True))
    host, port = parts.hostname or "", parts.port or 0
    with _connect(host, port, is_tls=parts.scheme == "smtps") as server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)


def _connect(host: str, port: int, *, is_tls: bool) -> smtplib.SMTP:
    if not is_tls:
        return smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
    # Without a context of its own smtplib would trust any certificate.
    context = ssl.create_default_context()
    return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=context)
