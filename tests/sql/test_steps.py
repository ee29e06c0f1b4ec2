"""The steps of build_master: what is left from a run that failed half-way is taken up again."""

from customer_hub.channels.config import read_channel
from customer_hub.flows import steps
from customer_hub.validate.gate import validate_window
from tests.landed import Landing, land
from tests.records import make_account


def test_a_build_says_what_waits_until_nothing_does(hub: str) -> None:
    assert steps.standardise("idle")["counts"]["waiting"] == 0
    account = make_account()
    window = land([Landing(account["id"], account)])
    validate_window(read_channel("crm"), window, "gather")
    assert steps.standardise("first")["counts"]["waiting"] == 1
    # The run broke off here: the next one finds nothing to standardise and goes on all the same.
    again = steps.standardise("second")["counts"]
    assert (again["keys"], again["waiting"]) == (0, 1)
    steps.match("second")
    assert steps.standardise("third")["counts"]["waiting"] == 1
    assert steps.merge("third")["counts"]["created"] == 1
    assert steps.standardise("idle")["counts"]["waiting"] == 0
