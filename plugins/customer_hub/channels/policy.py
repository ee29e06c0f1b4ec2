"""All that decides what the accepted versions become: policy files, channels and versions of code."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.core import versions
from customer_hub.core.policy import Policy, make_policy, read_policy_files

_DECIDING = {"system", "timezone", "trust", "personal_key"}


@lru_cache(maxsize=1)
def read_policy() -> Policy:
    """Return the policy as the files and the code stand, read once.

    Raises:
        ConfigurationError: names every file that is wrong.
    """
    return complete_policy(read_policy_files(), read_channels())


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
