"""How often and how long a channel is asked: retries, waits, and the rate of requests."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class TokenBucket:
    """Lets `rate` requests a second through, saving up at most one second's worth."""

    rate: float
    _tokens: float = field(default=1.0, init=False)
    _filled_at: float = field(default_factory=time.monotonic, init=False)

    def take(self) -> None:
        """Wait until one more request may start."""
        self._fill()
        if self._tokens < 1:
            time.sleep((1 - self._tokens) / self.rate)
            self._fill()
        self._tokens -= 1

    def _fill(self) -> None:
        at = time.monotonic()
        earned = (at - self._filled_at) * self.rate
        self._tokens = min(max(1.0, self.rate), self._tokens + earned)
        self._filled_at = at
