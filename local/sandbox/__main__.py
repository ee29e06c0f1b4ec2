"""Start the sandbox: `python -m local.sandbox --state DIR --events FILE --ports .. --secrets FILE`.

One process, one event loop. It prints one line of JSON with the ports when everything answers and
stops cleanly on SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
from datetime import date
from pathlib import Path

import uvloop

from local.sandbox.assembly import Sandbox
from local.sandbox.credentials import EXPECTED, read_secrets
from local.sandbox.servers import LoopbackServer


def read_ports(text: str) -> dict[str, int]:
    """Read `shop=18081,control=18080,..`; 0 takes any free port. Raises ValueError on other shapes.

    What is not named is not served, but for control, which is always there.
    """
    given = dict(part.split("=", 1) for part in text.split(","))
    if not given.keys() <= EXPECTED.keys() or "control" not in given:
        raise ValueError(f"expected control and any of {', '.join(EXPECTED)}")
    return {name: int(port) for name, port in given.items()}


def bind_ports(ports: dict[str, int]) -> dict[str, socket.socket]:
    """Return name -> bound loopback socket; raises OSError naming the port that is taken."""
    bound: dict[str, socket.socket] = {}
    for name, port in ports.items():
        # Named as TCP, asyncio sends small answers at once; otherwise each waits 40 ms (Nagle).
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise OSError(f"port {port} for {name} cannot be used: {error.strerror}") from error
        bound[name] = listener
    return bound


async def serve(sandbox: Sandbox, listeners: dict[str, socket.socket]) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    ports = {name: listener.getsockname()[1] for name, listener in listeners.items()}
    servers = {name: LoopbackServer(app, ports[name]) for name, app in sandbox.apps.items()}
    running = [
        asyncio.create_task(server.serve(sockets=[listeners[name]]))
        for name, server in servers.items()
    ]
    while not all(server.started for server in servers.values()):
        await asyncio.sleep(0.01)
    tills = await sandbox.tills.listen(listeners["pos"]) if sandbox.tills else None
    print(json.dumps({"ready": ports}), flush=True)
    await stop.wait()
    if tills is not None:
        tills.close()
    for server in servers.values():
        server.should_exit = True
    await asyncio.gather(*running)
    sandbox.close()


def main() -> int:
    """Read the command line and serve; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.sandbox", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the stores")
    parser.add_argument("--events", type=Path, required=True, help="the world's events (SQLite)")
    parser.add_argument("--ports", type=read_ports, required=True, help="name=port,..")
    parser.add_argument("--secrets", type=Path, required=True, help="JSON file of secrets")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 11, 16))
    options = parser.parse_args()
    try:
        listeners = bind_ports(options.ports)
        secrets = read_secrets(options.secrets, options.ports)
        sandbox = Sandbox(options.state, options.events, secrets, options.start, options.ports)
    except (OSError, ValueError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    uvloop.run(serve(sandbox, listeners))
    return 0


if __name__ == "__main__":
    sys.exit(main())
