"""What OpenSSL calls an error, whichever Python passes it on."""

import ssl

from customer_hub.core.tls_faults import explain_tls


def test_an_error_that_python_has_no_name_for_is_explained_as_well() -> None:
    told = explain_tls(ssl.SSLError(1, "[SSL] legacy sigalg disallowed or unsupported (_ssl.c:9)"))
    assert told == "the server speaks no TLS 1.2 or newer with the hub"


def test_another_error_is_not_taken_for_it() -> None:
    assert explain_tls(ssl.SSLError(1, "[SSL] internal error (_ssl.c:1)")) is None
    assert explain_tls(ssl.SSLError("no text of OpenSSL")) is None
