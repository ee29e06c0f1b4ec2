"""The TOML of a new channel, as its system is usually kept, for a person to complete."""

import re

from customer_hub.channels.config import (
    NAME,
    ChannelConfig,
    list_systems,
    load_system,
    read_channels,
)
from customer_hub.channels.contract import Capabilities, Standard
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import name_nearest


def make_channel(name: str, system: str) -> str:
    """Return the text of include/channels/<name>.toml for a system.

    Args:
        name: of the channel: small letters, digits and underscores, a letter first.
        system: one that the hub knows, or that include/systems describes.

    Raises:
        ConfigurationError: the name is taken or none, or there is no such system.
    """
    if not re.fullmatch(NAME, name):
        raise ConfigurationError(
            f"{name} is no name of a channel",
            where="channel new",
            hint="small letters, digits and underscores, a letter first: crm_north",
        )
    systems = list_systems()
    if system not in systems:
        raise ConfigurationError(
            f"no system {system}{name_nearest(system, systems)}",
            where="channel new",
            hint=f"there are: {', '.join(systems)}",
        )
    if name in read_channels():
        raise ConfigurationError(
            f"there is a channel {name}", where="channel new", hint="give the new one its own name"
        )
    lines = [
        "# What it is, and who owns it. Every field: docs/guides/add-a-channel.md.",
        f'name = "{name}"',
        f'title = "{name}"',
        f'system = "{system}"',
        f'connection = "hub_{name}"',
        'schedule = "0 1 * * *"',
        'timezone = "Asia/Shanghai"',
        'windows = "days"',
        "# 0..100: how far its word is believed beside the other channels'.",
        "trust = 50",
        "# Careful. More only as far as the owner of the system permits.",
        f"requests_per_second = {ChannelConfig.model_fields['requests_per_second'].default}",
        "# Whether the hub may write there at all: see include/policy/ownership.toml.",
        "publish = false",
    ]
    described = load_system(system)
    for entity, standard in described.STANDARD.items():
        lines += ["", *_show_entity(entity, standard, described.CAPABILITIES[entity])]
    return "\n".join(lines) + "\n"


def _show_entity(entity: str, standard: Standard, can: Capabilities) -> list[str]:
    lines = [
        f"[entities.{entity}]",
        f'remote = "{standard.remote}"',
        f'history = "{standard.history}"',
        f'deletes = "{standard.deletes}"',
    ]
    if can.lag:
        lines.append(f"lag_seconds = {can.lag.total_seconds():.0f}")
    if standard.volatile:
        lines += ["volatile = [", *(f'    "{path}",' for path in standard.volatile), "]"]
    return [*lines, *standard.more.rstrip().splitlines()]
