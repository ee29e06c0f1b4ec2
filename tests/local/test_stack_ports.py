"""A taken port moves on to the next free one, and the choice is remembered."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import ports as stack_ports
from local.stack.errors import StackError
from local.stack.ports import Ports, find_free_port, is_port_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_moves_on(tmp_path: Path, taken: int) -> None:
    chosen = Ports(tmp_path / "ports.json", {"a": taken, "b": taken}).choose()
    assert taken not in chosen.values()
    assert len(set(chosen.values())) == 2
    assert all(is_port_free(port) for port in chosen.values())


def test_the_choice_is_remembered_although_the_wanted_port_is_free_again(
    tmp_path: Path,
) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        wanted = server.getsockname()[1]
        first = Ports(tmp_path / "ports.json", {"a": wanted}).choose()
    assert first["a"] != wanted
    assert Ports(tmp_path / "ports.json", {"a": wanted}).choose() == first


def test_a_port_that_our_own_service_holds_stays(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        Ports(tmp_path / "ports.json", {"a": port})
        (tmp_path / "ports.json").write_text(f'{{"a": {port}}}')
        server.listen()
        held = Ports(tmp_path / "ports.json", {"a": port}).choose(frozenset({"a"}))
        moved = Ports(tmp_path / "ports.json", {"a": port}).choose()
    assert held == {"a": port}
    assert moved["a"] > port


def test_no_free_port_is_a_clear_error(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_ports, "SEARCHED_PORTS", 1)
    with pytest.raises(StackError, match=r"No free port for shop.*HINT"):
        find_free_port(taken, name="shop")
