"""Pack the blocks of tables into chunks, but for those that an earlier backup has in the store."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Self

import numpy as np

from customer_hub.backup.blocks import (
    ENTRY,
    LAYOUT_ENTRIES,
    KnownBlocks,
    digest_block,
    make_entries,
)
from customer_hub.backup.chunks import CHUNK_BYTES, ChunkStore, DamagedChunkError
from customer_hub.backup.manifest import Manifest
from customer_hub.backup.sending import Sender
from customer_hub.backup.unpack import Unpacker

log = logging.getLogger(__name__)
_BATCH = 512  # blocks that are looked up at once
# A chunk of which less is in use is not built upon: its blocks are sent anew, and it can go.
_LEAST_USED = 0.5


class Base:
    """An earlier backup, on which another one builds; used in a `with` block.

    Args:
        manifest: of the earlier one.
        store: of its chunks.
        present: the length of each sound object that the store holds, by name: what is missing, cut
            off or known to be damaged is not built upon.
    """

    def __init__(self, manifest: Manifest, store: ChunkStore, present: Mapping[str, int]) -> None:
        self.chunks = manifest.chunks
        self._unpacker = Unpacker(manifest, store)
        self._is_usable = np.array(
            [
                present.get(chunk.name) == chunk.byte_count
                and live >= chunk.plain_count * _LEAST_USED
                for chunk, live in zip(manifest.chunks, manifest.live, strict=True)
            ],
            dtype=bool,
        )

    def __enter__(self) -> Self:
        self._unpacker.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._unpacker.__exit__(*raised)

    def find_blocks(self, table: str) -> KnownBlocks:
        """Return the blocks of a table that may be built upon: none where the layout is damaged."""
        try:
            pieces = list(self._unpacker.read_layout(table))
        except DamagedChunkError as error:
            log.warning("%s is sent anew: of the earlier backup, %s", table, error.what)
            pieces = []
        entries = np.concatenate([np.empty(0, ENTRY), *pieces])
        return KnownBlocks(entries[self._is_usable[entries["chunk"]]])


class Packer:
    """Fills chunks with the blocks of one table after the other, and writes the layout.

    Args:
        sender: takes the chunks.
        base: an earlier backup, if there is one.

    Attributes:
        live: number of a chunk -> how many bytes of it this backup uses.
        layout: numbers of the chunks that hold the layout, in order.
    """

    def __init__(self, sender: Sender, base: Base | None) -> None:
        self._sender, self._base = sender, base
        self._adopted: dict[int, int] = {}  # number of a chunk in the base -> its number here
        self._filling: list[bytes] = []
        self._filled = 0
        self._number = -1  # of the chunk that is being filled
        self._entries: list[tuple[bytes, int, int, int]] = []
        self.live: dict[int, int] = defaultdict(int)
        self.layout: list[int] = []

    def add_table(self, name: str, blocks: Iterable[bytes]) -> int:
        """Take all blocks of a table; returns how many they were."""
        known = self._base.find_blocks(name) if self._base else None
        count, source = 0, iter(blocks)
        while batch := list(islice(source, _BATCH)):
            digests = [digest_block(block) for block in batch]
            places = known.find(digests) if known else [None] * len(batch)
            for block, digest, place in zip(batch, digests, places, strict=True):
                chunk, offset = self._adopt(*place) if place else self._append(block)
                self._entries.append((digest, chunk, offset, len(block)))
                self.live[chunk] += len(block)
            count += len(batch)
            if len(self._entries) >= LAYOUT_ENTRIES:
                self._write_layout()
        return count

    def add_document(self, content: bytes) -> int:
        """Take something that is a chunk by itself; returns its number."""
        number = self._sender.reserve()
        self._sender.send(number, content)
        self.live[number] = len(content)
        return number

    def finish(self) -> None:
        """Send what is left."""
        self._flush()
        if self._entries:
            self._write_layout()

    def _adopt(self, number: int, offset: int) -> tuple[int, int]:
        assert self._base is not None  # a block was found in it
        if number not in self._adopted:
            self._adopted[number] = self._sender.adopt(self._base.chunks[number])
        return self._adopted[number], offset

    def _append(self, block: bytes) -> tuple[int, int]:
        if self._filled + len(block) > CHUNK_BYTES:
            self._flush()
        if not self._filling:
            self._number = self._sender.reserve()
        offset = self._filled
        self._filling.append(block)
        self._filled += len(block)
        return self._number, offset

    def _flush(self) -> None:
        if self._filling:
            self._sender.send(self._number, b"".join(self._filling))
            self._filling, self._filled = [], 0

    def _write_layout(self) -> None:
        self.layout.append(self.add_document(make_entries(self._entries).tobytes()))
        self._entries.clear()
