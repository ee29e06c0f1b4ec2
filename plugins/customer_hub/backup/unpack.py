"""Read the tables of a backup back from its chunks, in the order of the layout."""

from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from threading import Lock
from typing import Self

import numpy as np

from customer_hub.backup.blocks import ENTRY, Entries
from customer_hub.backup.chunks import ChunkStore
from customer_hub.backup.manifest import Manifest
from customer_hub.core.errors import BackupError

_FETCHERS = 3
# Blocks of several generations lie in several chunks; so many are kept, of 4 MiB each.
_KEPT = 16


class Unpacker:
    """Reads tables, several threads at a time; chunks are fetched a little ahead, and some kept.

    Used in a `with` block.

    Args:
        manifest: of the backup.
        store: of its chunks.
    """

    def __init__(self, manifest: Manifest, store: ChunkStore) -> None:
        self.manifest, self._store = manifest, store
        self._chunks: OrderedDict[int, Future[bytes]] = OrderedDict()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(_FETCHERS, thread_name_prefix="fetch")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)

    def read_layout(self, table: str) -> Iterator[Entries]:
        """Yield the layout of a table in pieces; nothing for a table that the backup does not have.

        Raises:
            BackupError: a piece is missing or changed, or they are fewer than the manifest says.
        """
        manifest, skipped = self.manifest, 0
        names = list(manifest.tables)
        if table not in names:
            return
        first = sum(manifest.tables[name].blocks for name in names[: names.index(table)])
        left = manifest.tables[table].blocks
        for number in manifest.layout:
            count = manifest.chunks[number].plain_count // ENTRY.itemsize
            if left and first < skipped + count:
                start = max(0, first - skipped)
                piece = np.frombuffer(self._fetch(number).result(), dtype=ENTRY)
                yield piece[start : start + left]
                left -= len(piece[start : start + left])
            skipped += count
        if left:
            where = f"{manifest.backup_id} {table}"
            raise BackupError(f"the layout lacks {left} blocks", where=where)

    def read_table(self, name: str) -> Iterator[bytes]:
        """Yield the table's binary COPY in pieces.

        Raises:
            BackupError: a chunk is missing or is not what the manifest says.
        """
        for piece in self.read_layout(name):
            runs = _find_runs(piece)
            coming = [chunk for chunk, _ in groupby(runs, key=_chunk_of)]
            for place, (chunk, group) in enumerate(groupby(runs, key=_chunk_of)):
                for each in coming[place + 1 : place + _FETCHERS]:
                    self._fetch(each)
                content = self._fetch(chunk).result()
                for _, start, end in group:
                    yield content[start:end]

    def read_document(self, name: str) -> bytes:
        """Return a document of the backup."""
        return self._store.read(self.manifest.chunks[self.manifest.documents[name]])

    def _fetch(self, number: int) -> Future[bytes]:
        with self._lock:
            if number not in self._chunks:
                chunk = self.manifest.chunks[number]
                self._chunks[number] = self._pool.submit(self._store.read, chunk)
            self._chunks.move_to_end(number)
            while len(self._chunks) > _KEPT:
                self._chunks.popitem(last=False)
            return self._chunks[number]


def _chunk_of(run: tuple[int, int, int]) -> int:
    return run[0]


def _find_runs(entries: Entries) -> list[tuple[int, int, int]]:
    """Return (chunk, start, end) of what lies one after the other in a chunk."""
    chunks, starts = entries["chunk"], entries["offset"]
    ends = starts + entries["length"]
    breaks = np.flatnonzero((chunks[1:] != chunks[:-1]) | (starts[1:] != ends[:-1])) + 1
    firsts = np.concatenate([[0], breaks])
    lasts = np.concatenate([breaks, [len(entries)]]) - 1
    return list(
        zip(chunks[firsts].tolist(), starts[firsts].tolist(), ends[lasts].tolist(), strict=True)
    )
