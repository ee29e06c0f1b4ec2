"""How many random examples prove a law: few in a test run, many in a soak (`make soak`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

SOAK = "HUB_SOAK_EXAMPLES"
PURE, ON_POSTGRES = 200, 25
Test = TypeVar("Test", bound=Callable[..., Any])


def law(examples: int, **options: Any) -> Callable[[Test], Test]:
    """Mark a property test as the proof of a law, and say how many examples it takes.

    An example on a real database takes as long as it takes, and shares the hub with the others.
    """
    chosen = settings(
        max_examples=int(os.environ.get(SOAK, examples)),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        **options,
    )
    return lambda test: pytest.mark.law(chosen(test))
