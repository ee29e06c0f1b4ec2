"""Write tasks to a channel and tell for each what is known: done, not done, or nobody knows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace

from customer_hub.channels.contract import BatchTarget, RawRecord, Target, WriteResult
from customer_hub.channels.hub_fields import compare_slots, prove_write
from customer_hub.core.abreast import ABREAST, do_abreast
from customer_hub.core.errors import (
    ChannelAccessError,
    ChannelContentError,
    ChannelError,
    ChannelForbiddenError,
    ChannelRefusedError,
    ChannelUnavailableError,
    WriteUncertainError,
)
from customer_hub.publish.lookup import find_made
from customer_hub.publish.task import Task

_UNCERTAIN_IN_A_ROW = 5
_DONE = ("created", "updated", "deleted")


@dataclass(slots=True)
class Written:
    """What is known of some tasks. One that is in none of the sets was not begun.

    `tasks` are those that were begun, with the fields that their records let be written; who is in
    `overtaken` had none left: the target has changed the record. `gathered` are records as they were
    read before the write, of which everything was known. `forbidden` are those that the log-in may
    not write. `error` is why the writing broke off; it is raised when everything known is stored.
    Threads note what they know under the delivery that is theirs alone.
    """

    results: dict[int, WriteResult] = field(default_factory=dict)
    uncertain: set[int] = field(default_factory=set)
    tasks: dict[int, Task] = field(default_factory=dict)
    overtaken: set[int] = field(default_factory=set)
    gathered: dict[int, RawRecord] = field(default_factory=dict)
    forbidden: dict[int, ChannelForbiddenError] = field(default_factory=dict)
    error: ChannelError | None = None


class Writer:
    """Writes to one channel; gives up on it when too many writes in a row get no answer."""

    def __init__(self, channel: Target, name: str, digest: Callable[[RawRecord], bytes]) -> None:
        """Write to `channel`; `digest` tells of a record what gather will have for it."""
        self._channel = channel
        self._name = name
        self._digest = digest
        self._unanswered = 0

    def write(self, tasks: Sequence[Task]) -> Written:
        """Write tasks: deletes, updates, creates; never raises for what a channel does.

        Several are written at a time, but creates: a target may not see that two made at the same
        moment are the same customer.
        """
        written = Written()
        self._write_each([task for task in tasks if task.op == "delete"], written)
        updates = [task for task in tasks if task.op == "update"]
        for entity in sorted({task.entity for task in updates}):
            part = [task for task in updates if task.entity == entity]
            if not isinstance(self._channel, BatchTarget):
                self._write_each(part, written)
                continue
            # What people write as well is read shortly before it is written: a few at a time.
            few = ABREAST * self._channel.write_size
            self._write_batch(self._channel, entity, [t for t in part if not t.is_bound], written)
            for chunk in _cut([t for t in part if t.is_bound], few):
                self._write_batch(self._channel, entity, chunk, written)
        for task in tasks:
            if task.op == "create":
                self._write_each([task], written)
        _judge_forbidden(written)
        return written

    def _write_each(self, tasks: Sequence[Task], written: Written) -> None:
        asked = do_abreast(
            lambda task: self._call(task, written), tasks, lambda: written.error is None
        )
        with closing(asked):
            for task, answer in asked:
                self._note(task, answer, written)

    def _note(self, task: Task, answer: Future[WriteResult | None], written: Written) -> None:
        try:
            result = answer.result()
            if result is not None:
                written.results[task.delivery_id] = result
            self._unanswered = 0
        except ChannelAccessError as error:
            if isinstance(error, ChannelForbiddenError) and task.op != "create":
                written.forbidden[task.delivery_id] = error
                return
            written.error = error
            if task.op == "create":
                # The log-in may have been taken away between the write and the read-back.
                written.uncertain.add(task.delivery_id)
        except ChannelRefusedError as error:
            cause = f"refused with {error.what}"
            written.results[task.delivery_id] = WriteResult("failed", task.source_id, None, cause)
        except (WriteUncertainError, ChannelContentError):
            self._note_unanswered([task], written)
        except ChannelUnavailableError as error:
            # It may be the read-back that failed: whether the write happened is for a look-up.
            written.uncertain.add(task.delivery_id)
            written.error = error

    def _call(self, task: Task, written: Written) -> WriteResult | None:
        if task.op == "create":
            return self._create(task, written)
        source_id = task.source_id or ""
        fit = self._fit(task, self._channel.read_one(task.entity, source_id), written)
        if fit is None:
            return None
        if fit.op == "delete":
            return self._channel.delete(task.entity, source_id)
        return self._channel.update(task.entity, source_id, fit.values)

    def _create(self, task: Task, written: Written) -> WriteResult:
        """Create a record, unless an earlier attempt made it although it was taken for failed."""
        record = find_made(self._channel, task) if task.attempts > 1 else None
        if record is None:
            return self._channel.create(task.entity, task.values)
        shown = self._channel.read_hub_fields(record)
        held = {name: value for name in task.values if (value := shown.get(name))}
        written.tasks[task.delivery_id] = replace(task, values=held)
        return WriteResult("created", record.source_id, record.version_at)

    def _fit(self, task: Task, record: RawRecord | None, written: Written) -> Task | None:
        """Return the task with the fields that the record lets be written; None: it is settled.

        A field that is filled if empty is left alone where something stands, one that the most
        recent owns where the target has a change that we have not gathered. So is the whole record
        where it was to be deleted.
        """
        if record is None or record.op == "delete":
            written.results[task.delivery_id] = WriteResult("missing", task.source_id)
            return None
        is_gathered = self._digest(record) in task.known
        if is_gathered:
            written.gathered[task.delivery_id] = record
        shown = self._channel.read_hub_fields(record)
        free = {"anything": True, "gathered": is_gathered}
        values = {
            name: value
            for name, value in task.values.items()
            if free.get(task.conditions.get(name, "anything"), not shown.get(name))
            or not compare_slots({name: value}, shown)
        }
        if not values and not (task.op == "delete" and is_gathered):
            written.overtaken.add(task.delivery_id)
            return None
        fit = written.tasks[task.delivery_id] = replace(task, values=values)
        return fit

    def _write_batch(
        self, channel: BatchTarget, entity: str, tasks: Sequence[Task], written: Written
    ) -> None:
        """Read all records at once, write those that differ, read those back at once."""
        if written.error is not None or not tasks:
            return
        by_id = {task.source_id: task for task in tasks if task.source_id is not None}
        try:
            before = channel.read_many(entity, list(by_id))
        except (ChannelAccessError, ChannelUnavailableError) as error:
            written.error = error
            return
        except ChannelError:
            # One record that cannot be read must not keep the others from being written.
            self._write_each(tasks, written)
            return
        different: list[Task] = []
        for source_id, task in by_id.items():
            record = before.get(source_id)
            fit = self._fit(task, record, written)
            if record is None or fit is None:
                continue
            if compare_slots(fit.values, channel.read_hub_fields(record)):
                different.append(fit)
            else:
                result = WriteResult("unchanged", source_id, record.version_at)
                written.results[task.delivery_id] = result
        self._write_different(channel, entity, different, written)

    def _write_different(
        self, channel: BatchTarget, entity: str, tasks: Sequence[Task], written: Written
    ) -> None:
        taken: dict[str, Task] = {}
        asked = do_abreast(
            lambda chunk: channel.write_many(
                entity, {task.source_id or "": task.values for task in chunk}
            ),
            _cut(tasks, channel.write_size),
            lambda: written.error is None,
        )
        with closing(asked):
            for chunk, answer in asked:
                try:
                    answers = answer.result()
                except (WriteUncertainError, ChannelContentError):
                    self._note_unanswered(chunk, written)
                except (ChannelAccessError, ChannelUnavailableError) as error:
                    if isinstance(error, ChannelForbiddenError) and len(chunk) == 1:
                        written.forbidden[chunk[0].delivery_id] = error
                    else:
                        written.error = error
                except ChannelRefusedError as error:
                    self._split_refused(chunk, error, written)
                else:
                    self._unanswered = 0
                    taken |= self._sort_answers(chunk, answers, written)
        self._read_back(channel, entity, taken, written)

    def _split_refused(
        self, chunk: Sequence[Task], error: ChannelRefusedError, written: Written
    ) -> None:
        """Find the one record of a refused request by writing each by itself."""
        if len(chunk) > 1:
            self._write_each(chunk, written)
            return
        (task,) = chunk
        cause = f"refused with {error.what}"
        written.results[task.delivery_id] = WriteResult("failed", task.source_id, None, cause)

    def _sort_answers(
        self, chunk: Sequence[Task], answers: Mapping[str, WriteResult], written: Written
    ) -> dict[str, Task]:
        taken = {}
        for task in chunk:
            answer = answers.get(task.source_id or "")
            if answer is None:
                written.uncertain.add(task.delivery_id)
            elif answer.outcome == "updated" and task.source_id is not None:
                taken[task.source_id] = task
            else:
                written.results[task.delivery_id] = answer
        return taken

    def _read_back(
        self, channel: BatchTarget, entity: str, taken: Mapping[str, Task], written: Written
    ) -> None:
        if not taken:
            return
        try:
            after = channel.read_many(entity, list(taken))
        except ChannelError as error:
            written.uncertain |= {task.delivery_id for task in taken.values()}
            if isinstance(error, ChannelAccessError | ChannelUnavailableError):
                written.error = written.error or error
            return
        for source_id, task in taken.items():
            written.results[task.delivery_id] = prove_write(
                channel, source_id, after.get(source_id), task.values, "updated"
            )

    def _note_unanswered(self, tasks: Sequence[Task], written: Written) -> None:
        written.uncertain |= {task.delivery_id for task in tasks}
        self._unanswered += 1
        if self._unanswered >= _UNCERTAIN_IN_A_ROW:
            written.error = ChannelUnavailableError(
                f"{self._unanswered} writes in a row got no clear answer",
                where=self._name,
                hint="they are settled by look-up when the task is retried",
            )


def _judge_forbidden(written: Written) -> None:
    """Tell a record that the log-in may not write from a log-in that may write nothing.

    If anything of the batch was written, it is about the record, and a person looks; else everything
    is put back, and the run ends.
    """
    if any(each.outcome in _DONE for each in written.results.values()):
        for delivery_id, error in written.forbidden.items():
            result = WriteResult("failed", None, None, f"refused with {error.what}")
            written.results[delivery_id] = result
    else:
        written.error = written.error or next(iter(written.forbidden.values()), None)


def _cut(tasks: Sequence[Task], size: int) -> Iterator[Sequence[Task]]:
    for place in range(0, len(tasks), max(size, 1)):
        yield tasks[place : place + max(size, 1)]
