"""Read a website's address to one form."""

import re
from typing import Final
from urllib.parse import urlsplit

from customer_hub.values.text import clean

_MAX_LENGTH: Final = 2_000
_scheme = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_host = re.compile(
    r"(?=.{4,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59})"
)


def parse_website(raw: str | None) -> str | None:
    """Read a website to ``scheme://host/path?query``: host lower-case, no trailing slash.

    A missing scheme becomes https; the fragment and a default port go. Other schemes, a host that
    is no domain name, and an address with a user name in it give None.
    """
    if raw is None or len(raw) > _MAX_LENGTH:
        return None
    text = clean(raw)
    if text is None or " " in text:
        return None
    scheme = _scheme.match(text)
    if scheme is not None and scheme[1].lower() not in ("http", "https"):
        return None
    return _build(text if scheme else f"https://{text}")


def _build(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or _host.fullmatch(host) is None:
        return None
    scheme = parts.scheme.lower()
    default = {"http": 80, "https": 443}[scheme]
    shown_port = f":{port}" if port is not None and port != default else ""
    query = f"?{parts.query}" if parts.query else ""
    path = parts.path.rstrip("/")
    return f"{scheme}://{host.removesuffix('.')}{shown_port}{path}{query}"
