"""What stands below a record: read with it, and no matter once the record itself is gone."""

from __future__ import annotations

import pytest

from customer_hub.core.errors import ChannelAccessError
from tests.channels.rest_lab import (
    LISTING,
    NOW,
    START,
    Asked,
    Said,
    describe,
    make_rows,
    open_lab,
    run_lab,
)

ROWS = make_rows(3)
CHILD = {
    "request": {"path": "/rows/{id}/notes", "params": {"size": "{size}"}},
    "rows": "notes",
    "into": "notes",
}
DESCRIBED = describe(children=[CHILD], listing={**LISTING, "paging": {"kind": "single"}})


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_record_that_went_while_it_was_read_stops_nobody(is_gone: bool) -> None:
    def answer(asked: Asked) -> Said:
        if asked.path == "/rows":
            return Said({"rows": ROWS})
        if asked.path == "/rows/2/notes" or (is_gone and asked.path == "/rows/2"):
            return Said({}, status=404)
        return Said({"notes": [{"id": "n"}]} if asked.path.endswith("/notes") else ROWS[1])

    with run_lab(answer) as lab:
        channel = open_lab(lab, DESCRIBED)
        if not is_gone:
            with pytest.raises(ChannelAccessError, match="404"):
                list(channel.extract("customer", START, NOW, None))
            return
        pages = list(channel.extract("customer", START, NOW, None))
        assert channel.read_one("customer", "2") is None
    shown = {record.source_id: record.payload["notes"] for page in pages for record in page.records}
    assert shown == {"1": [{"id": "n"}], "3": [{"id": "n"}]}
