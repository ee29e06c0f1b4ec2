"""Where the stack keeps what it needs: one folder, entered by its owner alone."""

from __future__ import annotations

import os
import secrets as randomness
from dataclasses import dataclass
from pathlib import Path

from local.stack.ports import Ports
from local.stack.secrets import Secrets, make_private_directory, write_private_file

PROJECT = Path(__file__).resolve().parents[2]
DIRECTORY_VARIABLE = "HUB_LOCAL_DIR"


@dataclass(frozen=True)
class Layout:
    """The folders and files below the stack's directory.

    Attributes:
        directory: the stack's directory, ``.local`` of the project by default.
    """

    directory: Path

    @property
    def secrets(self) -> Secrets:
        """All random passwords and keys."""
        return Secrets(self.directory / "secrets.json")

    @property
    def ports(self) -> Ports:
        """The chosen ports."""
        return Ports(self.directory / "ports.json")

    @property
    def register(self) -> Path:
        """The folder of the process register."""
        return self.directory / "run"

    @property
    def logs(self) -> Path:
        """The folder of the services' output."""
        return self.directory / "logs"

    @property
    def airflow_home(self) -> Path:
        """Airflow's own folder."""
        return self.directory / "airflow"

    @property
    def world(self) -> Path:
        """The synthetic world."""
        return self.directory / "world"

    @property
    def sandbox(self) -> Path:
        """What the sandbox channels have stored."""
        return self.directory / "sandbox"

    @property
    def manual(self) -> Path:
        """Where people put files of the manual channel."""
        return self.directory / "manual"

    @property
    def lock(self) -> Path:
        """The file that one launcher at a time holds."""
        return self.directory / "launcher.lock"

    def stack_id(self) -> str:
        """Return the random id that marks this stack's processes, made once."""
        path = self.directory / "stack_id"
        if not path.exists():
            make_private_directory(self.directory)
            write_private_file(path, randomness.token_hex(16))
        return path.read_text(encoding="ascii")


def find_layout() -> Layout:
    """Return the layout that the environment names, or the project's ``.local``."""
    named = os.environ.get(DIRECTORY_VARIABLE)
    return Layout(Path(named).absolute() if named else PROJECT / ".local")
