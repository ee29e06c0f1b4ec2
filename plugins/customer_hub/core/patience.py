"""How often and how long a channel is asked: retries and waits."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customer_hub.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. All times in seconds; set in the `extra` of the channel's connection."""

    attempts: int = 6
    first_wait: float = 0.5
    longest_wait: float = 60
    connect_timeout: float = 10
    read_timeout: float = 60

    @classmethod
    def from_extra(cls, extra: Mapping[str, str]) -> "Patience":
        """Read the fields that `extra` names; the others keep their defaults.

        Raises:
            ConfigurationError: a value is no positive number; every fault is named.
        """
        given: dict[str, Any] = {}
        faults = []
        for name, default in (("attempts", 6), *_WAITS.items()):
            if name not in extra:
                continue
            try:
                given[name] = type(default)(extra[name])
            except ValueError:
                faults.append(f"{name} is no number")
                continue
            if not 0 < given[name] < 86_400:
                faults.append(f"{name} is not between 0 and 86400")
        if faults:
            raise ConfigurationError(
                "; ".join(faults),
                where="connection extra",
                hint="correct the extra of the channel's Airflow connection",
            )
        return cls(**given)

    def backoff(self, attempt: int) -> float:
        """Return the wait after failed attempt number `attempt` (from 0), with jitter."""
        highest = min(self.longest_wait, self.first_wait * 2.0**attempt)
        share: float = random.uniform(0.5, 1)  # noqa: S311 - jitter is no secret
        return highest * share


_WAITS = {"first_wait": 0.5, "longest_wait": 60.0, "connect_timeout": 10.0, "read_timeout": 60.0}
