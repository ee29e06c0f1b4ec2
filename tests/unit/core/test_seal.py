"""The bytes of keyed hashes and sealed values: what stands in a database must open for ever."""

import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.core.seal import SEGMENTS, Sealer, canonical_json

KEYS = {segment: {1: segment.encode().ljust(32, b"1"), 2: b"2" * 32} for segment in SEGMENTS}
SEALER = Sealer(KEYS)


@given(st.text(), st.binary(min_size=1, max_size=100))
def test_a_digest_is_the_hmac_of_the_first_key(value: str, key: bytes) -> None:
    message = b"digest|" + canonical_json(value)
    assert Sealer({"index": {1: key, 2: b"2"}}).digest(value) == hmac.digest(key, message, "sha256")


@given(st.binary(min_size=32, max_size=32), st.dictionaries(st.text(), st.text()))
def test_a_sealed_value_opens_by_the_key_of_its_record(salt: bytes, value: dict[str, str]) -> None:
    sealed = SEALER.seal("source.customer", "identity", "crm/customer/1", salt, value)
    key = hmac.digest(b"2" * 32, salt + b"|identity|2", "sha256")
    aad = canonical_json(["source.customer", "identity", "crm/customer/1", 2])
    assert sealed[0] == 2
    assert AESGCM(key).decrypt(sealed[1:13], sealed[13:], aad) == canonical_json(value)
    assert SEALER.unseal("source.customer", "identity", "crm/customer/1", salt, sealed) == value
