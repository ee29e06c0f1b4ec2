"""All that decides what the accepted versions become: policy files, channels and versions of code."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from customer_hub.channels.config import ChannelConfig, read_channel, read_channels
from customer_hub.core import versions
from customer_hub.core.policy import Policy, make_policy, read_policy_files

_DECIDING = {"system", "timezone", "trust", "personal_key"}
_in_place: ContextVar[Policy | None] = ContextVar("policy_in_place", default=None)


def read_policy() -> Policy:
    """Return the policy in force: that of the files and the code, or what stands in for it.

    Raises:
        ConfigurationError: names every file that is wrong.
    """
    return _in_place.get() or read_standing_policy()


@contextmanager
def standing_in(tried: Policy | None) -> Iterator[None]:
    """Let another policy stand in for that of the files as long as the block lasts; None: none."""
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
    return config.model_copy(update=tried.content["channels"][name]) if tried else config


def complete_policy(files: Mapping[str, Any], channels: Mapping[str, ChannelConfig]) -> Policy:
    """Return the policy of these files, with what of the channels and the code decides as well."""
    return make_policy(
        {
            **files,
            "channels": {
                name: each.model_dump(include=_DECIDING) for name, each in channels.items()
            },
            "versions": {
                "standardiser": versions.STANDARDISER_VERSION,
                "feature": versions.FEATURE_VERSION,
                "merge": versions.MERGE_VERSION,
            },
        }
    )


@lru_cache(maxsize=1)
def read_standing_policy() -> Policy:
    """Return the policy as the files and the code stand, read once.

    Raises:
        ConfigurationError: names every file that is wrong.
    """
    return complete_policy(read_policy_files(), read_channels())
