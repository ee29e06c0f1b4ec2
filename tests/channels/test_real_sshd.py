"""The file drop against a real OpenSSH server, installed by .ci/run from Debian's packages."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
import pytest

from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.channels.contract import Access
from customer_hub.core.errors import ChannelRefusedError, ChannelUnavailableError
from tests.channels.drop_places import drop_config, write_xlsx
from tests.channels.file_drop_server import MEMBERS, drop, drop_members, make_key, member
from tests.conftest import free_port

pytestmark = pytest.mark.peer
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))
CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {outbox}
AllowTcpForwarding no
X11Forwarding no
"""


def _write_key(path: Path, key: asyncssh.SSHKey) -> None:
    path.write_bytes(key.export_private_key())
    path.chmod(0o600)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Access, Path, subprocess.Popen[bytes]]]:
    assert SSHD, "OpenSSH's server is not installed: apt-get install openssh-server"
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where sshd separates its privileges
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    host, user = make_key(), make_key()
    _write_key(tmp_path / "host", host)
    (tmp_path / "authorized").write_bytes(user.export_public_key())
    port = free_port()
    config = tmp_path / "sshd_config"
    config.write_text(CONFIG.format(port=port, folder=tmp_path, outbox=outbox))
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    extra = {
        "host_key": host.export_public_key().decode(),
        "private_key": user.export_private_key().decode(),
    }
    yield Access(f"sftp://127.0.0.1:{port}", getpass.getuser(), "", extra), outbox, process
    process.terminate()
    process.wait(10)


def _read(access: Access, config: ChannelConfig | None = None) -> list[str]:
    config = config or read_channel("pos")
    channel = config.load_system().open_channel(config, access)
    start, end = datetime(2026, 11, 15, 16, tzinfo=UTC), datetime(2026, 11, 17, 16, tzinfo=UTC)
    pages = channel.extract("customer", start, end, None)
    return [record.source_id for page in pages for record in page.records]


def test_files_are_read_over_a_real_sshd(
    server: tuple[Access, Path, subprocess.Popen[bytes]],
) -> None:
    access, outbox, _ = server
    drop_members(outbox, "20261116", member("M1"), member("M2"))
    drop_members(outbox, "20261117", member("M3"))
    assert _read(access) == ["M1", "M2", "M3"]


def test_workbooks_are_read_over_a_real_sshd(
    server: tuple[Access, Path, subprocess.Popen[bytes]],
) -> None:
    access, outbox, _ = server
    for day in ("16", "17"):
        rows = [member(f"M{day}{number}") for number in range(1500)]
        drop(outbox, f"members_202611{day}.xlsx", write_xlsx(MEMBERS, rows))
    assert _read(access, drop_config("xlsx"))[::1500] == ["M160", "M170"]


def test_another_host_key_is_refused_by_name(
    server: tuple[Access, Path, subprocess.Popen[bytes]],
) -> None:
    access, _, _ = server
    other = make_key().export_public_key().decode()
    changed = Access(access.base_url, access.login, "", {**access.extra, "host_key": other})
    with pytest.raises(ChannelRefusedError, match="host key is not the pinned one"):
        _read(changed)


def test_another_key_may_not_log_in(
    server: tuple[Access, Path, subprocess.Popen[bytes]],
) -> None:
    access, _, _ = server
    other = make_key().export_private_key().decode()
    changed = Access(access.base_url, access.login, "", {**access.extra, "private_key": other})
    with pytest.raises(ChannelRefusedError, match="log-in is refused"):
        _read(changed)


def test_a_server_that_is_gone_is_unavailable(
    server: tuple[Access, Path, subprocess.Popen[bytes]],
) -> None:
    access, _, process = server
    process.terminate()
    process.wait(10)
    with pytest.raises(ChannelUnavailableError):
        _read(access)
