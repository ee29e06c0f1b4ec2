"""Channels looked at by hand, outside any task."""

import os
from collections.abc import Iterator

from customer_hub.channels.checking import Finding, check_channel
from customer_hub.channels.config import read_channel
from customer_hub.core.clock import now


def inspect_channel(name: str, *, writes: bool) -> Iterator[Finding]:
    """Yield what works of a channel, opened by its Airflow connection; see `check_channel`.

    Outside a task Airflow looks at the environment and at secret backends alone; as a server
    process it also looks where its pages keep connections.

    Raises:
        ConfigurationError: there is no such channel.
    """
    os.environ.setdefault("_AIRFLOW_PROCESS_CONTEXT", "server")
    from customer_hub.flows.connections import open_channel

    config = read_channel(name)
    return check_channel(config, lambda: open_channel(config), now(), writes=writes)
