"""Writing one entity as its description says: updates, batches, creates and deletes."""

import re
import time
from collections.abc import Mapping
from typing import Any

from customer_hub.channels.contract import Outcome, WriteResult
from customer_hub.channels.record import as_text
from customer_hub.channels.rest.asking import Listing
from customer_hub.channels.rest.description import Entity
from customer_hub.channels.rest.pages import Asker
from customer_hub.channels.rest.reading import Reader
from customer_hub.channels.rest.telling import Batch, Conflict, Create, Poll, Write
from customer_hub.channels.rest.template import look, plant
from customer_hub.core.errors import ChannelContentError, ChannelError, WriteUncertainError
from customer_hub.core.http_answer import Answer, show_code

Fields = Mapping[str, str | None]
_REFUSED = (400, 404, 409, 412, 422)
_JOB_SECONDS = 120.0
_JOB_WAIT = 0.5


class Scribe:
    """Writes one entity of one channel; whoever calls reads back."""

    def __init__(self, asker: Asker, reader: Reader, entity: Entity, rule: Write) -> None:
        """Write as `rule` says to the entity that `reader` reads."""
        self._asker = asker
        self._reader = reader
        self._entity = entity
        self._rule = rule
        self._where = f"{asker.channel} {entity.remote}"

    def update(self, source_id: str, fields: Fields) -> WriteResult:
        """Write to one record, without any look."""
        places = {"id": source_id, "item": self._make_item(self._rule.slots, fields)}
        headers = self._reader.take_match(source_id)
        answer = self._asker.write(
            self._rule.update.request, places, accept=_REFUSED, headers=headers
        )
        return _judge(answer, source_id, "updated")

    def update_many(self, batch: Batch, items: Mapping[str, Fields]) -> dict[str, WriteResult]:
        """Write to many records in one request; who is in no result has an unknown outcome."""
        rows = [
            {batch.id: self._show_id(source_id), **self._make_item(self._rule.slots, fields)}
            for source_id, fields in items.items()
        ]
        answer = self._asker.write(batch.request, {"items": rows})
        body = answer.body if batch.job is None else self._await_job(batch.job, answer)
        results: dict[str, WriteResult] = {}
        for row in _rows_at(body, batch.results):
            source_id = as_text(look(row, batch.result_id)) or ""
            error = look(row, batch.result_error) if batch.result_error else None
            code = look(row, batch.error_code) if batch.error_code else error
            results[source_id] = (
                _fail(batch, source_id, code) if error else WriteResult("updated", source_id)
            )
        for row in _rows_at(body, batch.errors):
            named = look(row, batch.error_ids)
            for each in named if isinstance(named, list) else [named]:
                source_id = as_text(each) or ""
                results[source_id] = _fail(batch, source_id, look(row, batch.error_code))
        return {source_id: results[source_id] for source_id in items if source_id in results}

    def create(self, rule: Create, fields: Fields) -> WriteResult:
        """Create a record; an existing one with the same identity is a `conflict` with its id."""
        for existing in rule.existing:
            value = fields.get(existing.by)
            found = self._find(existing.listing, {"value": value}) if value else []
            if found:
                return WriteResult("conflict", found[0] if len(found) == 1 else None)
        slots = {**self._rule.slots, **rule.slots}
        given = {name: value for name, value in fields.items() if value is not None}
        item = self._make_item(slots, given)
        for path, fixed in rule.fixed.items():
            plant(item, path, fixed)
        places = {"item": item, "hub_id": fields.get("hub_id")}
        answer = self._asker.write(rule.request, places, accept=_REFUSED)
        failures = _rows_at(answer.body, rule.errors)
        refusal = answer.body if answer.status >= 400 else next(iter(failures), None)
        if refusal is not None:
            return _judge_refusal(rule.conflict, answer, refusal)
        source_id = as_text(look(answer.body, rule.id))
        if not source_id:
            raise ChannelContentError(
                "a created record without its id",
                where=self._where,
                hint="see the description of its system",
            )
        return WriteResult("created", source_id)

    def delete(self, source_id: str) -> WriteResult:
        """Delete one record."""
        if self._rule.delete is None:
            return WriteResult("failed", source_id, None, "the system deletes nothing")
        answer = self._asker.write(
            self._rule.delete.request,
            {"id": source_id},
            accept=_REFUSED,
            headers=self._reader.take_match(source_id),
        )
        return _judge(answer, source_id, "deleted")

    def find(self, hub_id: str) -> str | None:
        """Return the id of a record that carries a hub id, the smallest of several."""
        found = self._find(self._rule.find, {"hub_id": hub_id}, hub_id)
        return min(found, key=lambda text: (len(text), text), default=None)

    def _find(
        self, listing: Listing, places: Mapping[str, Any], hub_id: str | None = None
    ) -> list[str]:
        """Return the ids of records that a search shows; `hub_id`: only those that carry it."""
        slot = self._rule.slots["hub_id"]
        return [
            record.source_id
            for shown in self._asker.pages(listing, places)
            for record in map(self._reader.make_record, shown.rows)
            if record.op == "upsert" and hub_id in (None, as_text(look(record.payload, slot)))
        ]

    def _show_id(self, source_id: str) -> str | int:
        return int(source_id) if self._entity.id_is == "number" else source_id

    def _make_item(self, slots: Mapping[str, str], fields: Fields) -> dict[str, Any]:
        """Return the slots as they stand in a record, with what is to be written."""
        item: dict[str, Any] = {}
        empty = "" if self._rule.empty == "text" else None
        for name, value in fields.items():
            plant(item, slots[name], value if value is not None else empty)
        return item

    def _await_job(self, rule: Poll, answer: Answer) -> Any:
        """Return the body of a job that has ended.

        Raises:
            WriteUncertainError: it failed as a whole, does not end in time, or cannot be asked for.
        """
        job = as_text(look(answer.body, rule.id))
        body, until = answer.body, time.monotonic() + _JOB_SECONDS
        while job and as_text(look(body, rule.state)) not in rule.done:
            if as_text(look(body, rule.state)) in rule.failed or time.monotonic() > until:
                break
            time.sleep(_JOB_WAIT)
            try:
                body = self._asker.read(rule.request, {"job": job}).body
            except ChannelError:
                break  # the batch was taken: it works on, seen or not
        else:
            if job:
                return body
        raise WriteUncertainError(
            "the batch did not end well",
            where=self._where,
            hint="its records are settled by look-up; see docs/runbooks/publish.md",
        )


def _judge(answer: Answer, source_id: str, done: Outcome) -> WriteResult:
    if answer.status == 404:
        return WriteResult("missing", source_id)
    if answer.status == 412:
        return WriteResult("conflict", source_id, None, "changed since it was read")
    if answer.status >= 400:
        return WriteResult("failed", source_id, None, _read_cause(answer, ""))
    return WriteResult(done, source_id)


def _judge_refusal(rule: Conflict | None, answer: Answer, refusal: Any) -> WriteResult:
    if rule is not None:
        code = as_text(look(refusal, rule.code)) if rule.code else None
        if answer.status in rule.status and (not rule.codes or code in rule.codes):
            text = as_text(look(refusal, rule.id)) or "" if rule.id else ""
            found = re.search(rule.pattern, text) if rule.pattern else re.fullmatch("(.+)", text)
            return WriteResult("conflict", found[1] if found else None)
    return WriteResult("failed", None, None, _read_cause(answer, rule.code if rule else ""))


def _fail(batch: Batch, source_id: str, code: Any) -> WriteResult:
    text = as_text(code) or ""
    if text in batch.missing_codes:
        return WriteResult("missing", source_id)
    return WriteResult("failed", source_id, None, f"refused {show_code(code)}".rstrip())


def _read_cause(answer: Answer, path: str) -> str:
    code = show_code(look(answer.body, path)) if path else ""
    return f"status {answer.status} {code}".rstrip()


def _rows_at(body: Any, path: str) -> list[Any]:
    rows = look(body, path) if path else None
    return rows if isinstance(rows, list) else []
