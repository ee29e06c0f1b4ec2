"""The TCP ports of the stack: wanted ones by default, the next free one where one is taken.

A port that was chosen is remembered, so that addresses stay the same from one start to the next.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path

from local.stack.errors import StackError
from local.stack.secrets import make_private_directory, write_private_file

HOST = "127.0.0.1"
# Below the range that operating systems hand out by themselves.
WANTED_PORTS = {
    "airflow": 8080,
    "postgres": 15432,
    "s3": 18333,
    "s3_grpc": 18334,
    "s3_master": 18335,
    "s3_master_grpc": 18336,
    "s3_volume": 18337,
    "s3_volume_grpc": 18338,
    "s3_filer": 18339,
    "s3_filer_grpc": 18340,
    "shop": 18081,
    "crm": 18082,
    "support": 18083,
    "pos": 18022,
    "control": 18090,
}
SEARCHED_PORTS = 200


class Ports:
    """Chosen ports by name, remembered in a JSON file.

    Args:
        path: where the choice is remembered.
        wanted: the ports to try first, by name; the stack's own if not given.
    """

    def __init__(self, path: Path, wanted: dict[str, int] | None = None) -> None:
        self._path = path
        self.wanted = WANTED_PORTS if wanted is None else wanted

    def known(self) -> dict[str, int]:
        """Return the remembered ports; empty before the first choice."""
        try:
            chosen: dict[str, int] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise StackError(
                f"The file {self._path.name} cannot be read.",
                "delete it while the stack is down; ports are then chosen anew.",
            ) from error
        return chosen

    def choose(self, held: frozenset[str] = frozenset()) -> dict[str, int]:
        """Return a port for every name, moving on from those that somebody else has taken.

        Args:
            held: names whose remembered port is in use by a running service of ours; kept.
        """
        known = self.known()
        chosen = {name: known[name] for name in held if name in known}
        for name, wanted in self.wanted.items():
            if name not in chosen:
                chosen[name] = find_free_port(
                    known.get(name, wanted), avoid=frozenset(chosen.values()), name=name
                )
        make_private_directory(self._path.parent)
        write_private_file(self._path, json.dumps(chosen, indent=1, sort_keys=True))
        return chosen


def find_free_port(wanted: int, *, avoid: frozenset[int] = frozenset(), name: str = "") -> int:
    """Return the first free loopback port from `wanted` upwards.

    Args:
        wanted: where to begin.
        avoid: ports that are promised already.
        name: what it is for, for the error.

    Raises:
        StackError: when none of the next `SEARCHED_PORTS` is free.
    """
    last = min(wanted + SEARCHED_PORTS, 65536)
    for port in range(wanted, last):
        if port not in avoid and is_port_free(port):
            return port
    raise StackError(
        f"No free port for {name or 'a service'} between {wanted} and {last - 1}.",
        f"see who listens with `ss -ltnp`, or move {name or 'it'} in ports.json.",
    )


def is_port_free(port: int) -> bool:
    """Tell whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port with only finished connections lingering on it is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
