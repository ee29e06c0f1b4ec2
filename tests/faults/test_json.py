"""JSON that parsers quarrel about, through the gather of every system."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from customer_hub.core.errors import ChannelContentError
from local.sandbox.process import SandboxProcess
from tests.bad_input.liar import Answer, Liar, Twist, find_rows, honest, lying_to
from tests.bad_input.rooms import check_nothing_is_half, check_text, gather, read_tables
from tests.bad_input.test_channel_faults import hidden_words
from tests.bad_input.test_lying_answers import after, gather_healthy, open_through
from tests.channels.peers import PEERS, READ

each_entity = pytest.mark.parametrize(("name", "entity"), READ)


@pytest.fixture
def liar(sandbox: SandboxProcess, name: str) -> Iterator[Liar]:
    with lying_to(sandbox.ports[name]) as running:
        yield running


def insert_null(path: str, answer: Answer) -> Answer:
    """Put a null among the records of a list."""
    body = json.loads(answer.body)
    rows = find_rows(body)
    if not rows:
        return answer
    rows.insert(1, None)
    return answer.with_body(json.dumps(body).encode())


REFUSED: dict[str, tuple[Twist, str]] = {
    "NaN": (
        lambda path, answer: answer.with_body(answer.body.replace(b"{", b'{"odd": NaN, ', 1)),
        "is not JSON",
    ),
    "a null among records": (insert_null, ""),
}


@each_entity
@pytest.mark.parametrize("kind", list(REFUSED))
def test_json_that_nobody_can_believe_leaves_the_window_open(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str, entity: str, kind: str
) -> None:
    healthy = gather_healthy(liar, sandbox, name, entity)
    config, channel = PEERS[name].config(), open_through(liar, sandbox, name)
    twist, words = REFUSED[kind]
    liar.twist = after(2, twist)
    with pytest.raises(ChannelContentError) as caught:
        gather(config, channel, entity)
    check_text(caught.value, name, words, hidden=hidden_words(sandbox, name))
    check_nothing_is_half()
    liar.twist = honest
    gather(config, channel, entity, run_id="again")
    assert read_tables() == healthy


@each_entity
def test_the_last_of_duplicate_keys_counts_everywhere(
    hub: str, sandbox: SandboxProcess, liar: Liar, name: str, entity: str
) -> None:
    healthy = gather_healthy(liar, sandbox, name, entity)
    liar.twist = lambda path, answer: answer.with_body(
        answer.body.replace(b'"id":', b'"id": "0", "id":')
    )
    gather(PEERS[name].config(), open_through(liar, sandbox, name), entity)
    assert read_tables() == healthy
