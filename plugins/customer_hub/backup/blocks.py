"""Blocks: what a table's COPY is cut into, so that what did not change is not sent again.

A block is some consecutive rows in the order of the primary key, 4 KiB on average. Where it ends
depends on its last row alone: a row that is added, changed or gone makes one block another one, and
all around it stay what they were. A chunk holds many blocks; the layout says where each lies.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from psycopg.pq.abc import PGconn

DIGEST_BYTES = 16
# An entry of the layout: the block's digest (halves of it), and where it lies.
ENTRY = np.dtype(
    [("low", "<u8"), ("high", "<u8"), ("chunk", "<u4"), ("offset", "<u4"), ("length", "<u4")]
)
Entries = npt.NDArray[np.void]
_DIGEST = np.dtype([("low", "<u8"), ("high", "<u8")])
# The layout is kept in pieces of about so many entries.
LAYOUT_ENTRIES = 65_536
# A row of n bytes ends a block with the chance n / 4096.
_CHANCE_SHIFT = 32 - 12


def cut_rows(connection: PGconn) -> Iterator[bytes]:
    """Yield the blocks of a COPY that runs on the connection: together its whole output.

    The server's messages are rows, the first with the header, the last one the trailer.
    """
    rows: list[Any] = []
    read = connection.get_copy_data
    while True:
        size, row = read(0)
        if size < 0:
            break
        rows.append(row)
        if crc32(row) < size << _CHANCE_SHIFT:
            yield b"".join(rows)
            rows.clear()
    if rows:
        yield b"".join(rows)


def digest_block(block: bytes) -> bytes:
    """Return the digest by which an unchanged block is known again."""
    return sha256(block).digest()[:DIGEST_BYTES]


def make_entries(blocks: Sequence[tuple[bytes, int, int, int]]) -> Entries:
    """Return the layout of blocks that are given as (digest, chunk, offset, length)."""
    entries = np.empty(len(blocks), ENTRY)
    digests = np.frombuffer(b"".join(block[0] for block in blocks), dtype=_DIGEST)
    entries["low"], entries["high"] = digests["low"], digests["high"]
    for column, name in enumerate(("chunk", "offset", "length"), 1):
        entries[name] = [block[column] for block in blocks]
    return entries


class KnownBlocks:
    """Where the blocks of a table lie already.

    Args:
        entries: those of an earlier backup.
    """

    def __init__(self, entries: Entries) -> None:
        self._entries = entries[np.argsort(entries["low"], kind="stable")]
        self._low = np.ascontiguousarray(self._entries["low"])

    def find(self, digests: Sequence[bytes]) -> list[tuple[int, int] | None]:
        """Return, for each digest, the (chunk, offset) of the block, or None."""
        if not len(self._low):
            return [None] * len(digests)
        wanted = np.frombuffer(b"".join(digests), dtype=_DIGEST)
        places = np.minimum(np.searchsorted(self._low, wanted["low"]), len(self._low) - 1)
        found = self._entries[places]
        is_known = (found["low"] == wanted["low"]) & (found["high"] == wanted["high"])
        return [
            (chunk, offset) if known else None
            for known, chunk, offset in zip(
                is_known.tolist(), found["chunk"].tolist(), found["offset"].tolist(), strict=True
            )
        ]
