"""Rows that leave a page while a window is read, and channels that show what was not asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from customer_hub.core.errors import ChannelContentError
from local.sandbox.process import SandboxProcess
from tests.bad_input.liar import lying_to
from tests.bad_input.rooms import END, START, gather
from tests.bad_input.test_lying_answers import change_rows, open_through
from tests.channels.peers import PEERS, WRITTEN
from tests.channels.synthetic import make_events
from tests.sandboxes import run_sandbox

DAY = timedelta(days=1)


@pytest.mark.parametrize(("name", "entity"), WRITTEN)
def test_rows_that_leave_a_window_while_it_is_read_hide_no_other(
    tmp_path_factory: pytest.TempPathFactory, name: str, entity: str
) -> None:
    """Somebody changes every other record between two pages: their update times leave the window."""
    with run_sandbox(tmp_path_factory.mktemp("moving"), make_events()) as sandbox:
        channel = PEERS[name].open(sandbox)
        pages = channel.extract(entity, START, END, None)
        shown = {record.source_id for record in next(pages).records}
        everything = sorted(PEERS[name].rows(sandbox, entity))
        moved = set(everything[::2])
        for source_id in moved:
            channel.update(entity, source_id, {"hub_id": f"h-{source_id}"})
        shown |= {record.source_id for page in pages for record in page.records}
        assert set(everything) - moved <= shown
        if PEERS[name].config().load_system().CAPABILITIES[entity].lag:
            return  # what has moved cannot be seen yet
        later = channel.extract(entity, END, END + DAY, None)
        shown |= {record.source_id for page in later for record in page.records}
        assert shown == set(everything)


OLD = {
    "crm": {"modifiedAt": "1990-01-01 00:00:00"},
    "shop": {"date_modified_gmt": "1990-01-01T00:00:00"},
    "support": {"LastUpdated": "1990-01-01T00:00:00Z"},
    "hubspot": {
        "hs_lastmodifieddate": "1990-01-01T00:00:00Z",
        "lastmodifieddate": "1990-01-01T00:00:00Z",
    },
    "zendesk": {"updated_at": "1990-01-01T00:00:00Z"},
}
# The others are read as lists without a filter, or as exports that show old rows again by rights.
FILTERED = [
    ("crm", "customer"), ("crm", "contact"), ("crm", "interaction"), ("shop", "sales_order"),
    ("support", "ticket"), ("hubspot", "customer"), ("hubspot", "contact"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "entity"), FILTERED)
def test_a_filter_that_is_ignored_is_noticed(
    hub: str, sandbox: SandboxProcess, name: str, entity: str
) -> None:
    with lying_to(sandbox.ports[name]) as liar:
        liar.twist = change_rows(lambda row: row.update(OLD[name]))
        channel = open_through(liar, sandbox, name)
        with pytest.raises(ChannelContentError, match=r"not honoured|outside"):
            gather(PEERS[name].config(), channel, entity)
