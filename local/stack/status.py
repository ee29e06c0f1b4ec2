"""What runs, where it listens and how it is."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from local.stack import airflow, sandbox
from local.stack.health import is_listening
from local.stack.lifecycle import POSTGRES, Stack
from local.stack.seaweed import NAME as SEAWEED

SERVICES = (POSTGRES, SEAWEED, sandbox.NAME, *airflow.COMPONENTS)


@dataclass(frozen=True)
class ServiceStatus:
    """One line of the status.

    Attributes:
        name: the service.
        pid: its process, or None when it does not run.
        port: where it listens, or None when it does not listen.
        health: healthy, unhealthy (it runs but does not answer) or stopped.
    """

    name: str
    pid: int | None
    port: int | None
    health: str


def read_status(stack: Stack) -> list[ServiceStatus]:
    """Return the status of every service, running or not."""
    ports = stack.layout.ports.known()
    listening = {
        POSTGRES: ports.get("postgres"),
        SEAWEED: ports.get("s3"),
        sandbox.NAME: ports.get("control"),
        "airflow-api-server": ports.get("airflow"),
    }
    airflow_port = ports.get("airflow")
    is_airflow_up = stack.supervisor.find("airflow-api-server") is not None
    well = airflow.read_health(airflow_port) if airflow_port and is_airflow_up else {}
    lines = []
    for name in SERVICES:
        process = stack.supervisor.find(name)
        port = listening.get(name)
        is_well = well.get(name, False) if name in airflow.COMPONENTS else _listens(port)
        lines.append(ServiceStatus(name, _pid(process), port, _describe(process, is_well)))
    return lines


def _listens(port: int | None) -> bool:
    return port is not None and is_listening(port)


def _pid(process: psutil.Process | None) -> int | None:
    return None if process is None else int(process.pid)


def _describe(process: psutil.Process | None, is_well: bool) -> str:
    if process is None:
        return "stopped"
    return "healthy" if is_well else "unhealthy"
