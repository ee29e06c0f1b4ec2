"""One-legged OAuth 1.0a as WooCommerce verifies it: the consumer key signs, there is no token.

Timestamps are judged by wall time, because clients sign by theirs and not by the sandbox clock.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterable
from urllib.parse import quote, unquote

_WINDOW_SECONDS = 15 * 60
_DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
_DEMANDED = (
    "oauth_consumer_key",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
)


class SignatureError(Exception):
    """The request is signed wrongly; the text is WooCommerce's own."""


def read_header(header: str) -> list[tuple[str, str]]:
    """Return the oauth_* pairs of an `Authorization: OAuth ..` header, none for another scheme."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return []
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return [
        (unquote(name), unquote(value.strip('"')))
        for name, _, value in pairs
        if name.startswith("oauth_")
    ]


class OAuth1Verifier:
    """Verifies signatures of one consumer and remembers the nonces it has seen."""

    def __init__(self, consumer_key: str, consumer_secret: str) -> None:
        """Accept this one consumer."""
        self._key = consumer_key
        self._secret = consumer_secret
        self._nonces: dict[str, float] = {}

    def verify(self, method: str, url: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Accept a request or raise SignatureError; `pairs` are all query and oauth_* pairs."""
        pairs = list(pairs)
        given = dict(pairs)
        missing = [name for name in _DEMANDED if not given.get(name)]
        if missing:
            raise SignatureError(f"Missing OAuth parameter {', '.join(missing)}")
        if given["oauth_consumer_key"] != self._key:
            raise SignatureError("Consumer key is invalid.")
        if given["oauth_signature_method"] not in _DIGESTS:
            raise SignatureError("Invalid signature - signature method is invalid.")
        signed = self._sign(method, url, pairs, given["oauth_signature_method"])
        if not hmac.compare_digest(signed, given["oauth_signature"].encode()):
            raise SignatureError("Invalid signature - provided signature does not match.")
        self._check_freshness(given["oauth_timestamp"], given["oauth_nonce"])

    def _sign(self, method: str, url: str, pairs: list[tuple[str, str]], algorithm: str) -> bytes:
        encoded = sorted(
            (_encode(name), _encode(value)) for name, value in pairs if name != "oauth_signature"
        )
        parameters = "&".join(f"{name}={value}" for name, value in encoded)
        base = "&".join((method.upper(), _encode(url), _encode(parameters)))
        key = f"{_encode(self._secret)}&".encode()
        digest = hmac.new(key, base.encode(), _DIGESTS[algorithm]).digest()
        return base64.b64encode(digest)

    def _check_freshness(self, timestamp: str, nonce: str) -> None:
        now = time.time()
        if not timestamp.isdigit() or abs(now - int(timestamp)) > _WINDOW_SECONDS:
            raise SignatureError("Invalid timestamp.")
        self._nonces = {seen: at for seen, at in self._nonces.items() if at > now - _WINDOW_SECONDS}
        if nonce in self._nonces:
            raise SignatureError("Invalid nonce - nonce has already been used.")
        self._nonces[nonce] = now


def _encode(text: str) -> str:
    return quote(text, safe="~")
