"""A real Request Tracker from Debian's packages, with its own database, on loopback."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from pathlib import Path
from typing import Any

import requests

SETUP = "/usr/sbin/rt-setup-database-5"
SERVER = "/usr/share/request-tracker5/libexec/rt-server"
_PATIENCE_SECONDS = 60
_CONFIG = """
Set($rtname, 'desk');
Set($Organization, 'desk.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($WebURL, 'http://127.0.0.1:{port}/');
Set($Timezone, 'UTC');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rtdb');
Set($DatabaseUser, ''); Set($DatabasePassword, '');
Set($LogToSTDERR, 'warning'); Set($LogToSyslog, undef);
Set($MailCommand, 'testfile');
Set($RestrictReferrer, 0);
1;
"""
# The custom field that the hub writes, a queue, and a user with the rights that the README names.
_SEED = """
our @Queues = ({{ Name => 'Support' }});
our @CustomFields = (
  {{ Name => 'HubId', Type => 'FreeformSingle', LookupType => 'RT::User', ApplyTo => 0 }},
  {{ Name => 'Kind', Type => 'FreeformSingle', LookupType => 'RT::User', ApplyTo => 0 }},
);
our @Users = ({{ Name => 'hub', Password => '{password}', Privileged => 1 }});
our @Final = (sub {{
  my $u = RT::User->new(RT->SystemUser); $u->Load('hub');
  $u->PrincipalObj->GrantRight(Right => $_, Object => RT->System)
    for qw(AdminUsers SeeQueue ShowTicket ShowTicketComments SeeCustomField ModifyCustomField
           CreateTicket ReplyToTicket CommentOnTicket ModifyTicket);
}});
1;
"""


class RealTracker:
    """One running Request Tracker; `folder` holds everything that it writes."""

    def __init__(self, folder: Path, port: int) -> None:
        self.password = secrets.token_urlsafe(12)
        self.url = f"http://127.0.0.1:{port}"
        self._log = (folder / "log").open("w")
        (folder / "conf.d").mkdir()
        config, seed = folder / "RT_SiteConfig.pm", folder / "seed.pm"
        config.write_text(_CONFIG.format(port=port, folder=folder))
        seed.write_text(_SEED.format(password=self.password))
        self._environment = {
            **os.environ,
            "RT_SITE_CONFIG": str(config),
            "RT_SITE_CONFIG_DIR": str(folder / "conf.d"),
        }
        self._run(SETUP, "--action", "init", "--skip-create")
        self._run(SETUP, "--action", "insert", "--datafile", str(seed))
        options = ("--server", "Starlet", "--host", "127.0.0.1", "--port", str(port))
        self._process = subprocess.Popen(
            [SERVER, *options, "--max-workers", "2"],
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
        )
        self._wait()

    def call(self, method: str, path: str, body: Any) -> Any:
        """Do as a person at the desk would; returns the answer."""
        answer = requests.request(
            method,
            f"{self.url}/REST/2.0{path}",
            json=body,
            auth=("hub", self.password),
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json()

    def stop(self) -> None:
        """End the server and its workers."""
        self._process.terminate()
        self._process.wait(_PATIENCE_SECONDS)
        self._log.close()

    def _run(self, *command: str) -> None:
        subprocess.run(
            command,
            check=True,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            timeout=_PATIENCE_SECONDS,
        )

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                if requests.get(f"{self.url}/REST/2.0/rt", timeout=5).status_code == 401:
                    return
            except requests.RequestException:
                time.sleep(0.2)
        self.stop()
        raise RuntimeError("Request Tracker does not answer")
