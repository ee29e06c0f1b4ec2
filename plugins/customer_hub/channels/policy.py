"""All that decides what the accepted versions become: policy files, channels and versions of code."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from customer_hub.channels.config import ChannelConfig, parse_channels, read_channel, read_channels
from customer_hub.channels.template import Template
from customer_hub.core import versions
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import (
    Policy,
    is_deciding,
    make_policy,
    parse_policy_files,
    read_policy_files,
)

_DECIDING = {"system", "timezone", "trust", "personal_key", "orders_from"}
_in_place: ContextVar[Policy | None] = ContextVar("policy_in_place", default=None)


def read_policy() -> Policy:
    """Return the policy in force: that of the files and the code, or what stands in for it.

    Raises:
        ConfigurationError: names every file that is wrong.
    """
    return _in_place.get() or read_standing_policy()


@contextmanager
def standing_in(tried: Policy) -> Iterator[None]:
    """Let another policy stand in for that of the files as long as the block lasts."""
    token = _in_place.set(tried)
    try:
        yield
    finally:
        _in_place.reset(token)


def read_decided_channel(name: str) -> ChannelConfig:
    """Return a channel as the policy in force decides it.

    Raises:
        ConfigurationError: there is none of that name.
    """
    config, tried = read_channel(name), _in_place.get()
    if tried is None:
        return config
    facts = dict(tried.content["channels"][name])
    templates = facts.pop("templates", {})
    entities = {
        entity: setting.model_copy(
            update={"template": Template(**templates[entity]) if entity in templates else None}
        )
        for entity, setting in config.entities.items()
    }
    return config.model_copy(update={**facts, "entities": entities})


def read_changed_policy(places: Iterable[Path]) -> Policy:
    """Return the policy as it would be with some files in place of those of the same name.

    Args:
        places: files named as those of include/policy and include/channels, or folders of them.

    Raises:
        ConfigurationError: names the files that stand in for nothing or twice, or are wrong.
    """
    paths = [each for place in places for each in _list_files(place)]
    files, channels = dict(read_policy_files()), dict(read_channels())
    stems = [path.stem for path in paths]
    known = files.keys() | channels.keys()
    faults = [f"{path.name} replaces no file" for path in paths if path.stem not in known]
    faults += [f"two files named {stem}" for stem in sorted(set(stems)) if stems.count(stem) > 1]
    if faults:
        raise ConfigurationError(
            "; ".join(faults),
            where="policy",
            hint="name them as the files of include/policy and include/channels that they replace",
        )
    files |= parse_policy_files(path for path in paths if path.stem in files)
    channels |= parse_channels(path for path in paths if path.stem in channels)
    return complete_policy(files, channels)


def complete_policy(files: Mapping[str, Any], channels: Mapping[str, ChannelConfig]) -> Policy:
    """Return the policy of these files, with what of the channels and the code decides as well."""
    return make_policy(
        {
            **files,
            "channels": {name: _describe_channel(each) for name, each in channels.items()},
            "versions": {
                "standardiser": versions.STANDARDISER_VERSION,
                "feature": versions.FEATURE_VERSION,
                "match": versions.MATCH_VERSION,
                "merge": versions.MERGE_VERSION,
            },
        }
    )


def _describe_channel(config: ChannelConfig) -> dict[str, Any]:
    facts = config.model_dump(include=_DECIDING)
    templates = {
        entity: setting.template.deciding()
        for entity, setting in config.entities.items()
        if setting.template
    }
    return {**facts, "templates": templates} if templates else facts


def _list_files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    return sorted(filter(is_deciding, place.rglob("*.*")))


@lru_cache(maxsize=1)
def read_standing_policy() -> Policy:
    """Return the policy as the files and the code stand, read once.

    Raises:
        ConfigurationError: names every file that is wrong.
    """
    return complete_policy(read_policy_files(), read_channels())
