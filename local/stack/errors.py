"""The one error of this package: what happened, and what to do about it."""

from __future__ import annotations


class StackError(RuntimeError):
    """Report why a part of the stack cannot run, with the next thing to try."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what} HINT: {hint}")
        self.what = what
        self.hint = hint
