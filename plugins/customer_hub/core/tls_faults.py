"""What a TLS error says: a certificate nobody trusts, or no version that both sides speak.

Every client of the hub verifies; none has a switch that turns it off. Such an error comes before
anything is sent, so no log-in and no row has left.
"""

import re
import ssl
from collections.abc import Iterator

from urllib3.util.ssl_match_hostname import CertificateError

HINT = (
    "renew it, or install the company's authority (REQUESTS_CA_BUNDLE, for S3 AWS_CA_BUNDLE);"
    " see docs/guides/deploy.md"
)
# How OpenSSL names the end of a handshake with a server of TLS 1.1, without TLS, or with neither
# side's ciphers.
_NO_COMMON = frozenset(
    {
        "HANDSHAKE_FAILURE",
        "HTTP_REQUEST",
        "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
        "NO_PROTOCOLS_AVAILABLE",
        "RECORD_LAYER_FAILURE",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_INSUFFICIENT_SECURITY",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)


def explain_tls(error: BaseException) -> str | None:
    """Return why a server was not spoken to, None for any other error.

    Args:
        error: as `requests` or botocore raise it, with the library's own error somewhere below.
    """
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the server's certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, CertificateError):  # urllib3 compares the names for botocore
            return "the server's certificate is not trusted: hostname mismatch"
        if isinstance(cause, ssl.SSLError) and _name(cause) in _NO_COMMON:
            return "the server speaks no TLS 1.2 or newer with the hub"
    return None


def _name(error: ssl.SSLError) -> str:
    """Return OpenSSL's name of an error, also of one that this Python has only the words of."""
    words = re.search(r"\] (.*?)(?: \(_ssl|$)", str(error))
    return getattr(error, "reason", None) or (words[1].replace(" ", "_").upper() if words else "")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it wraps; libraries keep them in many places."""
    while error is not None:
        yield error
        held = [
            getattr(error, "reason", None),
            getattr(error, "kwargs", {}).get("error"),
            *error.args,
        ]
        error = next((each for each in held if isinstance(each, BaseException)), None)
