"""The sandbox of bad input, for faults that need the rooms as well."""

from tests.bad_input.conftest import healthy_sandbox, sandbox

__all__ = ["healthy_sandbox", "sandbox"]
