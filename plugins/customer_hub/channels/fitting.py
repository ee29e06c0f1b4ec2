"""Whether a channel is configured as its system can be read: else rows would be missed unseen."""

from collections.abc import Iterator

from customer_hub.channels.config import ChannelConfig, EntityConfig
from customer_hub.channels.contract import Capabilities, Standard
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import name_nearest


def check_fit(config: ChannelConfig) -> None:
    """Refuse a channel whose TOML asks for what its system cannot do.

    Raises:
        ConfigurationError: names everything that does not fit.
    """
    system = config.load_system()
    known = system.CAPABILITIES
    faults: list[str] = []
    for name, entity in config.entities.items():
        if name in known:
            faults += [f"entities.{name}.{each}" for each in _find_misfits(entity, known[name])]
            faults += [
                f"entities.{name}.remote {each}"
                for each in _find_unknown_remotes(entity, system.STANDARD[name])
            ]
        else:
            faults.append(f"entities.{name} is unknown to the system{name_nearest(name, known)}")
    if faults:
        raise ConfigurationError(
            f"{len(faults)} fault(s) for the system {config.system}: " + "; ".join(faults),
            where=f"include/channels/{config.name}.toml",
            hint="what each system can do stands in docs/reference/systems.md",
        )


def _find_unknown_remotes(entity: EntityConfig, standard: Standard) -> Iterator[str]:
    """Say which names the system does not have; files are named as their sender likes."""
    if entity.template is not None:
        return
    known = [each.strip() for each in standard.remote.split(",")]
    for name in map(str.strip, entity.remote.split(",")):
        if name not in known:
            nearest = name_nearest(name, known) or f"; it has {', '.join(known)}"
            yield f"{name} is unknown to the system{nearest}"


def _find_misfits(entity: EntityConfig, can: Capabilities) -> Iterator[str]:
    is_swept = can.cursor == "full_sweep"
    if is_swept and entity.history != "full_sweep":
        yield "history must be full_sweep: the system cannot tell what changed"
    if not can.children_move_parent and entity.history != "full_sweep":
        yield "history must be full_sweep: a change below a record does not move its update time"
    if entity.history == "full_sweep" and not (is_swept or can.lists_ids):
        yield "history cannot be full_sweep: the system cannot list everything"
    if entity.lag_seconds < can.lag.total_seconds():
        yield f"lag_seconds must be {can.lag.total_seconds():.0f}: so long a change is out of sight"
    if entity.deletes == "shown" and not can.shows_deletes:
        yield "deletes cannot be shown: the system hides deleted records"
    if entity.deletes == "sweep" and not can.lists_ids:
        yield "deletes cannot be found by a sweep: the system cannot list everything"
