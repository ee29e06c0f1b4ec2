"""What counts as a change."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.channels.digest import digest_delete, digest_payload, parse_path
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.seal import SEGMENTS, Sealer

SEALER = Sealer({segment: {1: b"k" * 32} for segment in SEGMENTS})
BASE = {
    "id": 1,
    "billing": {"city": "上海", "phone": "1"},
    "meta_data": [{"id": 5, "key": "kind", "value": "x"}],
    "CustomFields": [{"name": "Kind", "values": ["x"]}],
    "line_items": [{"sku": "a", "total": "1"}],
}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("stamp", {"stamp": 2}),
        ("billing.phone", {"billing": {"city": "上海", "phone": "2"}}),
        (
            "meta_data[hub_id]",
            {"meta_data": [*BASE["meta_data"], {"id": 9, "key": "hub_id", "value": "h"}]},  # type: ignore[misc]
        ),
        (
            "CustomFields[HubId]",
            {"CustomFields": [{"name": "HubId", "values": ["h"]}, *BASE["CustomFields"]]},  # type: ignore[misc]
        ),
        ("CustomFields[Kind].values", {"CustomFields": [{"name": "Kind", "values": ["y"]}]}),
        ("line_items.total", {"line_items": [{"sku": "a", "total": "2"}]}),
    ],
)
def test_a_volatile_field_is_no_change(path: str, change: dict[str, Any]) -> None:
    changed = {**BASE, **change}
    assert digest_payload(SEALER, changed, [path]) == digest_payload(SEALER, BASE, [path])
    assert digest_payload(SEALER, changed, []) != digest_payload(SEALER, BASE, [])


def test_everything_else_is_a_change() -> None:
    paths = ["stamp", "billing.phone", "meta_data[hub_id]", "absent.deep[x].y", "id.deeper"]
    changes: list[dict[str, Any]] = [
        {"id": 2},
        {"billing": {"city": "北京", "phone": "1"}},
        {"meta_data": [{"id": 5, "key": "kind", "value": "y"}]},
        {"new": None},
    ]
    digests = {digest_payload(SEALER, {**BASE, **change}, paths) for change in [{}, *changes]}
    assert len(digests) == 5
    assert digest_delete(SEALER) not in digests


def test_the_payload_itself_stays_as_it_was() -> None:
    payload: dict[str, Any] = {"a": {"b": 1, "c": 2}, "l": [{"key": "x"}, {"key": "y"}]}
    digest_payload(SEALER, payload, ["a.b", "l[x]"])
    assert payload == {"a": {"b": 1, "c": 2}, "l": [{"key": "x"}, {"key": "y"}]}


@pytest.mark.parametrize("path", ["", ".", "a.", "a..b", "a[", "a[]", "a]b", "a[x]b"])
def test_a_malformed_path_is_a_configuration_error(path: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a volatile path"):
        parse_path(path)


_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "key", "name"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.dictionaries(st.sampled_from(["a", "b"]), _values),
    st.sampled_from(["a", "a.b", "a[b]", "a[b].a", "b.a[a]"]),
)
def test_any_payload_can_be_digested(payload: dict[str, Any], path: str) -> None:
    assert len(digest_payload(SEALER, payload, [path])) == 32
