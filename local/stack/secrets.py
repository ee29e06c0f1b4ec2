"""Random secrets, made once and kept in one file that only its owner can read.

Nothing here prints a secret, and no secret has a default: a value that is missing is made.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets as randomness
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local.stack.errors import StackError

PASSWORD_BYTES = 24
KEY_BYTES = 32


def make_private_directory(directory: Path) -> Path:
    """Create a directory that only its owner may enter (mode 0700); return it."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    return directory


def write_private_file(path: Path, text: str) -> None:
    """Replace a file in one step; at no moment can anybody but the owner read it (mode 0600)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(path)


class Secrets:
    """A file of named secrets; a name that is asked for the first time gets a random value.

    Two processes may ask at once: making a value happens under a lock, so both see the same one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def password(self, name: str, size: int = PASSWORD_BYTES) -> str:
        """Return a random password of `size` bytes (URL-safe: it can stand in a connection URL)."""
        return self.made(name, lambda: randomness.token_urlsafe(size))

    def key(self, name: str) -> str:
        """Return a random 32-byte key in standard base64."""
        return self.made(
            name,
            lambda: base64.b64encode(randomness.token_bytes(KEY_BYTES)).decode("ascii"),
        )

    def made(self, name: str, make: Callable[[], str]) -> str:
        """Return the value called `name`; call `make` for it if there is none yet."""
        return self.made_together((name,), lambda: (make(),))[0]

    def made_together(
        self, names: tuple[str, ...], make: Callable[[], tuple[str, ...]]
    ) -> tuple[str, ...]:
        """Return values that belong together (a key pair), made in one go when any is missing."""
        known = self._read()
        if not all(name in known for name in names):
            with self._locked():
                known = self._read()
                if not all(name in known for name in names):
                    known.update(zip(names, make(), strict=True))
                    write_private_file(self.path, json.dumps(known, indent=1, sort_keys=True))
        return tuple(known[name] for name in names)

    def _read(self) -> dict[str, str]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        try:
            known = json.loads(text)
        except ValueError:
            known = None
        if not isinstance(known, dict) or not all(isinstance(v, str) for v in known.values()):
            raise StackError(
                f"The secrets file {self.path.name} cannot be read.",
                "it was edited or cut short; restore it, or start from nothing with "
                "`make demo-reset` (the data sealed with these secrets is lost then).",
            )
        if self.path.stat().st_mode & 0o077:
            raise StackError(
                f"Other users may read the secrets file {self.path.name}.",
                "take their rights away with `chmod 600`, and think of its secrets as known.",
            )
        return known

    @contextmanager
    def _locked(self) -> Iterator[None]:
        make_private_directory(self.path.parent)
        with self.path.with_name(f"{self.path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
