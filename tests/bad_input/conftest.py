"""A sandbox of three days for the tests of bad input, without faults before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.sandbox.process import SandboxProcess, WorldEvent
from tests.channels.synthetic import make_events
from tests.sandboxes import calm, run_sandbox


def make_members() -> list[WorldEvent]:
    """Twelve members of the tills, all of the first day."""
    rows: list[WorldEvent] = []
    for number in range(12):
        body = {"会员号": f"M{number}", "姓名": "王小明", "会员类型": "个人", "手机": "13800138000"}
        body |= {"更新时间": "2026-11-16 10:00:00", "状态": "正常", "标签": ""}
        key = f"M{number}"
        rows.append((1, "2026-11-16T02:00:00Z", "pos", "member", "insert", key, body))
    return rows


@pytest.fixture(scope="session")
def healthy_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """Real servers that have lived through all three days of a small world."""
    folder = tmp_path_factory.mktemp("bad_input")
    with run_sandbox(folder, [*make_events(), *make_members()]) as running:
        yield running


@pytest.fixture
def sandbox(healthy_sandbox: SandboxProcess) -> SandboxProcess:
    """The sandbox with every fault lifted."""
    return calm(healthy_sandbox)
