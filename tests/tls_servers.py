"""Real TLS servers on loopback with certificates made here: trusted ones, and each kind of wrong."""

from __future__ import annotations

import ipaddress
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.serving import serving

DAY = timedelta(days=1)
# Each server's fault, and a part of what the hub says of it.
WRONG = {
    "self-signed": "self-signed certificate",
    "unknown authority": "unable to get local issuer certificate",
    "other host": "mismatch",
    "expired": "certificate has expired",
    "not yet valid": "not yet valid",
    "old TLS": "no TLS 1.2",
    "plain": "no TLS 1.2",
}


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def write(self, folder: Path, name: str) -> Path:
        """Write both into one PEM file."""
        path = folder / f"{name}.pem"
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM) + key)
        return path


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    host: str | None = "127.0.0.1",
    begins: timedelta = -DAY,
    ends: timedelta = DAY,
) -> Issued:
    """Issue a certificate, signed by itself without an issuer; an authority without a host."""
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(host is None, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if host is not None:
        try:
            alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            alternative = x509.DNSName(host)
        builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    return Issued(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


class Authority:
    """A company's own authority, and servers' certificates by the fault that they have."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = issue("Test authority", host=None)
        self.path = folder / "authority.pem"
        self.path.write_bytes(self._root.certificate.public_bytes(serialization.Encoding.PEM))

    def make_context(self, fault: str = "") -> ssl.SSLContext | None:
        """Return a server's side of TLS with one fault, or none; None for a server without TLS."""
        match fault:
            case "plain":
                return None
            case "self-signed":
                made = issue("self")
            case "unknown authority":
                made = issue("stranger", issue("Another authority", host=None))
            case "other host":
                made = issue("other", self._root, host="other.example")
            case "expired":
                made = issue("old", self._root, begins=-3 * DAY, ends=-2 * DAY)
            case "not yet valid":
                made = issue("early", self._root, begins=2 * DAY, ends=3 * DAY)
            case _:
                made = issue("right", self._root)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.write(self._folder, fault or "right"))
        if fault == "old TLS":
            # What this machine's library would refuse to speak by itself.
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context


class TlsServer(ThreadingHTTPServer):
    """Answers every request that comes through with the same body, and remembers its headers."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[dict[str, str]] = []
        self.body = b"{}"
        if context is not None:
            # The handshake belongs to the request's own thread: a refused one must not end the loop.
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of handshakes that the client broke off."""


class _Handler(BaseHTTPRequestHandler):
    server: TlsServer

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(dict(self.headers))
        self.send_response_only(200)
        self.send_header("Date", format_datetime(datetime.now(UTC), usegmt=True))
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_PUT = do_POST = do_HEAD = _answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *args: object) -> None:
        return


@contextmanager
def run_tls(authority: Authority, fault: str = "") -> Iterator[TlsServer]:
    """Run a server until the end of the block."""
    with serving(TlsServer(authority.make_context(fault))) as running:
        yield running
