"""Channels looked at by hand, outside any task."""

import os
from collections.abc import Iterator

from customer_hub.channels.checking import Finding, check_channel
from customer_hub.channels.config import ChannelConfig, read_channel
from customer_hub.core.clock import now
from customer_hub.core.errors import ConfigurationError


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
    yield from _check_suites(config)
    yield from check_channel(config, lambda: open_channel(config), now(), writes=writes)


def _check_suites(config: ChannelConfig) -> Iterator[Finding]:
    """Tell whether the gate can judge what the channel brings."""
    from customer_hub.validate.suites import read_suite

    for entity in config.entities:
        try:
            suite = read_suite(f"{config.name}_{entity}")
            yield Finding(f"{entity} suite", True, f"{len(suite.rules)} rules")
        except ConfigurationError as error:
            yield Finding(f"{entity} suite", False, str(error))
