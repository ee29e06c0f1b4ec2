"""What a read after a write shows beside the write itself is somebody else's word."""

from typing import Any

import pytest

from customer_hub.channels.contract import RawRecord
from customer_hub.channels.own_write import is_own_write

BEFORE: dict[str, Any] = {
    "id": "1",
    "modifiedAt": "1",
    "website": "",
    "name": "云帆",
    "tags": ["a"],
}


@pytest.mark.parametrize(
    ("fields", "after", "is_own"),
    [
        ({"website": "http://yunfan.example"}, {"website": "HTTP://YUNFAN.example/"}, True),
        ({"website": "http://yunfan.example"}, {"website": "http://other.example"}, False),
        ({"website": "x.example"}, {"website": "x.example", "name": "云帆集团"}, False),
        ({"website": "x.example"}, {"website": "x.example", "tags": ["a", "b"]}, False),
        ({"website": "x.example"}, {"website": "x.example", "count": 1}, False),
        ({"website": "x.example"}, {"website": "x.example", "modifiedAt": "2"}, True),
        ({"website": "x.example"}, {"website": "x.example", "name": None}, False),
        ({"short_name": None}, {"name": ""}, True),
    ],
)
def test_only_what_we_wrote_is_ours(
    fields: dict[str, str | None], after: dict[str, Any], is_own: bool
) -> None:
    before, shown = (
        RawRecord("customer", "1", "upsert", None, None, payload)
        for payload in (BEFORE, {**BEFORE, **after})
    )
    assert is_own_write(before, shown, fields, ["modifiedAt"]) is is_own
