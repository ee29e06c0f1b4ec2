"""Send chunks to the store, a few at a time, and only those that it does not hold yet."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore
from typing import Self

from customer_hub.backup.chunks import Chunk, ChunkStore

_SENDERS = 3


class Sender:
    """The chunks of a backup that is being written; used in a `with` block.

    Memory: what few senders hold at a time.

    Args:
        store: where the chunks go.
        present: the length of each sound object that the store holds, by name.

    Attributes:
        sent_count: objects that had to be sent.
        sent_bytes: their length.
    """

    def __init__(self, store: ChunkStore, present: Mapping[str, int]) -> None:
        self._store, self._present = store, present
        self._chunks: list[Chunk | Future[tuple[Chunk, bool]] | None] = []
        self.sent_count = self.sent_bytes = 0
        self._failed: BaseException | None = None
        self._pool = ThreadPoolExecutor(_SENDERS, thread_name_prefix="send")
        self._room = Semaphore(_SENDERS + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)

    def adopt(self, chunk: Chunk) -> int:
        """Count in a chunk of an earlier backup; returns its number."""
        self._chunks.append(chunk)
        return len(self._chunks) - 1

    def reserve(self) -> int:
        """Return the number of a chunk that will be sent later."""
        self._chunks.append(None)
        return len(self._chunks) - 1

    def send(self, number: int, content: bytes) -> None:
        """Seal and send a reserved chunk, now or soon; waits while too many are on their way.

        Raises:
            BackupError: an earlier one could not be sent: no need to read on.
        """
        self._room.acquire()
        if self._failed is not None:
            self._room.release()
            raise self._failed
        future = self._pool.submit(self._send, content)
        future.add_done_callback(self._note)
        self._chunks[number] = future

    def _note(self, future: Future[tuple[Chunk, bool]]) -> None:
        if not future.cancelled() and self._failed is None:
            self._failed = future.exception()
        self._room.release()

    def collect(self) -> tuple[Chunk, ...]:
        """Return all chunks by number, once the store has them.

        Raises:
            BackupError: one could not be sent.
        """
        chunks = []
        for each in self._chunks:
            if isinstance(each, Future):
                chunk, is_sent = each.result()
                self.sent_count += is_sent
                self.sent_bytes += chunk.byte_count * is_sent
                chunks.append(chunk)
            else:
                assert each is not None  # whoever reserved a number has sent its chunk
                chunks.append(each)
        return tuple(chunks)

    def _send(self, content: bytes) -> tuple[Chunk, bool]:
        chunk, sealed = self._store.seal(content)
        if self._present.get(chunk.name) == chunk.byte_count:
            return chunk, False
        self._store.put(chunk, sealed)
        return chunk, True
