"""Work in parts: every pair once, however many there are."""

import numpy as np
import pytest

from customer_hub.match.engine import chunks


@pytest.mark.parametrize("size", [0, 1, 3, 4, 10, 11, 50])
def test_every_pair_belongs_to_one_part(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(chunks, "_FEW", 3)
    monkeypatch.setattr(chunks, "_CHUNK", 7)
    seen, told = np.zeros(size, np.int64), []

    def work(part: slice) -> None:
        seen[part] += 1

    chunks.for_chunks(size, work, told.append)
    assert seen.tolist() == [1] * size
    assert told == sorted(told)
    assert told[-1:] == ([size] if size > 3 else [])


def test_what_fails_in_a_part_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "_FEW", 3)
    monkeypatch.setattr(chunks, "_CHUNK", 7)

    def work(part: slice) -> None:
        if part.start == 10:
            raise ValueError("part")

    with pytest.raises(ValueError, match="part"):
        chunks.for_chunks(30, work)
