"""A real Ceph RGW from Debian's packages, on loopback: one monitor, one store, one gateway."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import uuid
from contextlib import suppress
from pathlib import Path

import requests

from tests.conftest import free_port

PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")
_PATIENCE_SECONDS = 120
_CONFIG = """
[global]
fsid = {fsid}
mon_host = [v1:127.0.0.1:{monitor_port}]
mon_initial_members = a
public_network = 127.0.0.0/8
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
osd_crush_chooseleaf_type = 0
run_dir = {folder}/run
admin_socket = {folder}/run/$name.asok
log_file = {folder}/log/$name.log
pid_file = {folder}/run/$name.pid
crash_dir = {folder}/run
keyring = {folder}/keyring
setuser_match_path = /nonexistent
[mon]
mon_data = {folder}/mon
mon_data_avail_crit = 1
mon_osd_min_in_ratio = 0
[osd]
osd_data = {folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_class_update_on_start = false
osd_crush_update_on_start = false
[client.rgw.a]
rgw_data = {folder}/rgw
rgw_frontends = beast endpoint=127.0.0.1:{port}
rgw_enable_usage_log = false
"""


def is_installed() -> bool:
    """Tell whether the packages are there (as root: Ceph runs as no other user without one)."""
    return os.geteuid() == 0 and all(shutil.which(program) for program in PROGRAMS)


class Ceph:
    """A running gateway; `folder` holds everything that it writes.

    Attributes:
        endpoint_url: of its S3.
        access_key: of its one user.
        secret_key: of its one user.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, port = folder, free_port()
        self.endpoint_url = f"http://127.0.0.1:{port}"
        for name in ("mon", "osd", "rgw", "run", "log"):
            (folder / name).mkdir(parents=True)
        (folder / "keyring").touch()
        self._fsid, self._monitor_port = str(uuid.uuid4()), free_port()
        self._config = folder / "ceph.conf"
        self._config.write_text(
            _CONFIG.format(
                folder=folder, fsid=self._fsid, port=port, monitor_port=self._monitor_port
            )
        )
        try:
            self._start_monitor()
            self._start_store()
            self._run("radosgw", "-n", "client.rgw.a")
            self._wait(lambda: requests.get(self.endpoint_url, timeout=2).ok)
            user = json.loads(
                self._insist(
                    "radosgw-admin", "-n", "client.rgw.a", "user", "create", "--uid=hub",
                    "--display-name=hub",
                )
            )  # fmt: skip
        except BaseException:
            self.stop()
            raise
        self.access_key = user["keys"][0]["access_key"]
        self.secret_key = user["keys"][0]["secret_key"]

    def stop(self) -> None:
        """Stop all of it and delete what it wrote."""
        for pid_file in (self._folder / "run").glob("*.pid"):
            with suppress(ValueError, ProcessLookupError):
                os.kill(int(pid_file.read_text()), signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_monitor(self) -> None:
        monmap = str(self._folder / "monmap")
        address = f"[v1:127.0.0.1:{self._monitor_port}]"
        self._run(
            "monmaptool", "--create", "--fsid", self._fsid, "--addv", "a", address, monmap
        )  # fmt: skip
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
        self._run("ceph-mon", "-i", "a")
        self._insist("ceph", "mon", "stat")
        self._wait(
            lambda: '"require_osd_release":"' in self._run("ceph", "osd", "dump", "-f", "json")
        )

    def _start_store(self) -> None:
        name = str(uuid.uuid4())
        self._insist("ceph", "osd", "new", name)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", name)
        self._insist("ceph", "osd", "crush", "add", "osd.0", "1.0", "root=default", "host=peer")
        self._run("ceph-osd", "-i", "0")
        self._wait(lambda: '"num_up_osds":1' in self._run("ceph", "osd", "stat", "-f", "json"))

    def _insist(self, *command: str) -> str:
        """Run a command until it works: who asks a monitor that has just started may be refused."""
        self._wait(lambda: self._run(*command))
        return self._answer

    def _run(self, program: str, *arguments: str) -> str:
        finished = subprocess.run(
            [program, "-c", str(self._config), *arguments],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        self._answer = finished.stdout or "done"
        return self._answer

    def _wait(self, is_done: object) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            with suppress(subprocess.SubprocessError, requests.RequestException):
                if callable(is_done) and is_done():
                    return
            if time.monotonic() > deadline:
                raise TimeoutError("Ceph did not get ready; see its log folder")
            time.sleep(0.3)
