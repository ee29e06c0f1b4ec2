"""Values that text columns, indexes and encoders choke on: they land, and the flow goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from customer_hub.core import db, sql
from customer_hub.match.run import match_pending
from customer_hub.merge.run import merge_pending
from customer_hub.standardise.run import standardise_pending
from local.sandbox.process import SandboxProcess
from tests.bad_input.liar import Liar, lying_to
from tests.bad_input.rooms import open_payloads, run_window, select
from tests.bad_input.test_lying_answers import change_rows, open_through
from tests.channels.peers import PEERS

LONG = os.urandom(5_000_000).hex()  # ten megabytes that no compression makes small
# The channels that have suites of their own to pass.
NAMES = {"crm": "name", "shop": "first_name", "support": "RealName"}
ODD: list[Any] = [
    None,  # no record has the number 0
    "公\0司",
    "公\ud800司",
    "𠮷野家😀👨‍👩‍👧",
    "\u202eadmin\u202c",
    LONG,
    "公司" * 1_700_000,
    "<script>alert(1)</script>'; drop table x; --",
    ["a", {"b": None}],
    12345678901234567890123,
]
ODD_NAMES = ["a\0b", "a\ud800b", "𠮷😀", "x" * 5000, ""]


@pytest.fixture
def liar(sandbox: SandboxProcess, name: str) -> Iterator[Liar]:
    with lying_to(sandbox.ports[name]) as running:
        yield running


def build_master() -> None:
    """Do what build_master does."""
    standardise_pending("build")
    match_pending("build")
    merge_pending("build")
    with db.begin() as connection:
        assert sql.rows(connection, "core/count_waiting")[0].waiting == 0


@pytest.mark.parametrize("name", list(NAMES))
def test_odd_values_land_word_for_word_and_stop_nothing(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str
) -> None:
    field = NAMES[name]

    def spoil(row: dict[str, Any]) -> None:
        if field not in row:
            return
        place = int(str(row["id"])[-2:], 16 if name == "crm" else 10)
        row[field] = ODD[place] if place < len(ODD) else row[field]

    liar.twist = change_rows(spoil)
    receipt = run_window(PEERS[name].config(), open_through(liar, sandbox, name))
    assert receipt.state == "closed"
    assert receipt.accepted + receipt.quarantined == 24
    shown = [payload[field] for payload in open_payloads().values()]
    # Request Tracker is written in Perl: its numbers are read as text.
    assert all(odd in shown or str(odd) in shown for odd in ODD[1:])
    too_long = select("select count(*) from quarantine.record where rule = 'fields_bounded'")
    assert too_long == [(2,)]
    build_master()
    assert len(select("select 1 from source.customer")) == receipt.accepted


@pytest.mark.parametrize("name", ["crm"])
def test_fields_of_odd_names_are_counted_and_stop_nothing(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str
) -> None:
    liar.twist = change_rows(lambda row: row.update(dict.fromkeys(ODD_NAMES, "x")))
    receipt = run_window(PEERS[name].config(), open_through(liar, sandbox, name))
    assert (receipt.state, receipt.accepted) == ("closed", 24)
    ((fields,),) = select("select unknown_fields from hub.gathered_window")
    assert {"a%0000b", "a%D800b", "𠮷😀", "x" * 100, ""} <= set(fields)
    ((tasks,),) = select("select count(*) from steward.task where kind = 'unknown_field'")
    assert tasks == len(fields)
