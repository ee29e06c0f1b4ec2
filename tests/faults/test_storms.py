"""A target that refuses everything: one cause to look at, nobody asked twice, one way back."""

from __future__ import annotations

from customer_hub.core import db, sql
from customer_hub.core.errors import ChannelRefusedError
from customer_hub.publish.dead_letters import replay_dead_letters
from tests.sql.publish_target import MemoryTarget
from tests.sql.publish_world import complete_first_loads, enable, publish, put_customer, states

STORM = 300


def test_a_storm_of_dead_letters_is_one_cause_and_comes_back_as_one(hub: str) -> None:
    ids = [str(number) for number in range(STORM)]
    complete_first_loads()
    for each in ids:
        put_customer(f"crm/customer/{each}")
    enable("crm")
    target = MemoryTarget(*ids)
    asked: list[str] = []

    def refuse(source_id: str) -> None:
        asked.append(source_id)
        raise ChannelRefusedError("status 422 invalid_level")

    target.before = refuse
    assert publish(target)["dead"] == STORM
    assert sorted(asked) == sorted(ids), "each once"
    with db.begin() as connection:
        listed = sql.rows(connection, "publish/list_dead_letters")
    causes = [(row.channel, row.cause, row.count) for row in listed]
    assert causes == [("crm", "refused", STORM)]

    # Nothing changed: nobody is asked again, however often it runs.
    for _ in range(3):
        assert not any(publish(target).values())
    assert len(asked) == STORM

    target.before = lambda source_id: None
    assert replay_dead_letters("crm", None, None, "tester", "the rule there is gone") == STORM
    assert publish(target)["confirmed"] == STORM
    assert states() == {"confirmed": STORM}
    assert not any(publish(target).values())
