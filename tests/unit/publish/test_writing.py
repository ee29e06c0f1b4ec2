"""Writes many at once: what people of the target write meanwhile is not written over."""

from __future__ import annotations

from datetime import UTC, datetime

from customer_hub.channels.contract import RawRecord
from customer_hub.core.abreast import ABREAST
from customer_hub.core.identity import golden_id
from customer_hub.publish.task import Task
from customer_hub.publish.writing import Writer
from tests.sql.publish_target import BatchTarget

NOW = datetime(2026, 11, 20, tzinfo=UTC)
COUNT = 3 * ABREAST * BatchTarget.write_size


def make_task(number: int) -> Task:
    key = f"crm/customer/{number}"
    return Task(
        number, 1, "update", "customer", golden_id(key), key, str(number), NOW,
        {"short_name": "ours"}, {"short_name": "empty"},
    )  # fmt: skip


def no_digest(record: RawRecord) -> bytes:
    return b""


def test_a_record_that_people_edit_while_others_are_written_keeps_their_word() -> None:
    target = BatchTarget(*(str(number) for number in range(COUNT)))

    def edit_the_last(source_id: str) -> None:
        target.records[str(COUNT - 1)]["short_name"] = "theirs"

    target.before = edit_the_last
    written = Writer(target, "crm", no_digest).write([make_task(n) for n in range(COUNT)])
    assert target.records[str(COUNT - 1)]["short_name"] == "theirs"
    assert written.overtaken == {COUNT - 1}
    assert len(written.results) == COUNT - 1
