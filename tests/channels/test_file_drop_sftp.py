"""The drop behind a real SFTP server: pinned key, log-in, and a day gathered whole."""

from pathlib import Path

import asyncssh
import pytest

from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.core.errors import (
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
)
from customer_hub.gather.run import gather_entity
from tests.channels.file_drop_server import (
    SftpServer,
    all_records,
    drop_members,
    drop_sales,
    make_key,
    member,
    pos_config,
    sale,
)
from tests.channels.test_file_drop import FIRST, midnight


@pytest.fixture
def server(tmp_path: Path) -> SftpServer:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return SftpServer(folder, make_key(), make_key())


def test_files_are_read_over_sftp(server: SftpServer) -> None:
    drop_members(server.folder, FIRST, *[member(f"M{number}") for number in range(2500)])
    with server.running():
        channel = FileDrop(pos_config(), server.access())
        assert channel.read_clock() == midnight(17)
        pages = channel.extract("customer", midnight(16), midnight(17), None)
        assert [record.source_id for record in all_records(pages)][::2499] == ["M0", "M2499"]
    assert not [name for name in server.opened if name.endswith(".part")]


def test_a_folder_below_the_root_is_reached_by_its_path(server: SftpServer) -> None:
    (server.folder / "nightly").mkdir()
    drop_members(server.folder / "nightly", FIRST, member("M1"))
    with server.running():
        access = server.access()
        below = type(access)(f"{access.base_url}/nightly", access.login, "", access.extra)
        assert FileDrop(pos_config(), below).read_clock() == midnight(17)
        absent = type(access)(f"{access.base_url}/absent", access.login, "", access.extra)
        with pytest.raises(ChannelUnavailableError, match="is not there"):
            FileDrop(pos_config(), absent).read_clock()


def test_a_changed_host_key_is_refused(server: SftpServer) -> None:
    pinned = server.access().extra["host_key"]
    server.host_key = make_key()
    with server.running():
        channel = FileDrop(pos_config(), server.access(host_key=pinned))
        with pytest.raises(ChannelRefusedError, match="host key is not the pinned one"):
            channel.read_clock()


def test_a_host_key_of_another_kind_is_refused(server: SftpServer) -> None:
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()
    with server.running():
        channel = FileDrop(pos_config(), server.access(host_key=other))
        with pytest.raises(ChannelRefusedError, match="showed a ssh-ed25519 key"):
            channel.read_clock()


def test_a_wrong_private_key_is_refused(server: SftpServer) -> None:
    with server.running():
        wrong = make_key().export_private_key().decode()
        channel = FileDrop(pos_config(), server.access(private_key=wrong))
        with pytest.raises(ChannelRefusedError, match="log-in is refused"):
            channel.read_clock()


@pytest.mark.parametrize("name", ["host_key", "private_key"])
@pytest.mark.parametrize("text", ["", "ssh-ed25519 AAAA", "-----BEGIN NOTHING-----"])
def test_a_malformed_key_is_a_configuration_error(server: SftpServer, name: str, text: str) -> None:
    channel = FileDrop(pos_config(), server.access(**{name: text}))
    with pytest.raises(ConfigurationError, match=f"{name} is missing or is"):
        channel.read_clock()


def test_a_server_that_is_down_is_unavailable(server: SftpServer) -> None:
    with server.running():
        access = server.access()
    with pytest.raises(ChannelUnavailableError, match="cannot be used"):
        FileDrop(pos_config(), access).read_clock()


def test_a_day_gathers_whole_and_twice_changes_nothing(server: SftpServer, hub: str) -> None:
    drop_members(server.folder, FIRST, member("M1"), member("M2", 状态="注销"), member("M3")[:-3])
    drop_sales(server.folder, FIRST, sale("R1", "1", 会员号="M1"), sale("R1", "2", 会员号="M1"))
    config = pos_config(page_size=2)
    landed = []
    with server.running():
        channel = FileDrop(config, server.access())
        for _ in range(2):
            for entity in config.entities:
                result = gather_entity(config, channel, entity, start=None, end=None, run_id="r")
                landed.append((result.state, result.received, result.landed, result.duplicate))
    assert landed == [
        ("landed", 3, 3, 0),
        ("landed", 1, 1, 0),
        ("landed", 6, 3, 3),
        ("landed", 2, 1, 1),
    ]
