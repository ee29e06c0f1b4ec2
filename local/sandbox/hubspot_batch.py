"""HubSpot's batches: up to 100 inputs, 207 where some of them failed.

Kept from the real system: the results come in no order of the inputs; all ids that stand for
nothing share one error; an unknown property fails the whole batch; batch/create fails as a whole,
too, unless its inputs carry an objectWriteTraceId.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.responses import JSONResponse, Response

from local.sandbox.clock import SandboxClock
from local.sandbox.hubspot_objects import Objects
from local.sandbox.hubspot_records import (
    SHOWN_AT_FIRST,
    SINGULAR,
    UNIQUE,
    iso_millis,
    read_properties,
    show,
)
from local.sandbox.hubspot_wire import HubSpotError, invalid
from local.sandbox.store import Body, Record

_MAX_INPUTS = 100


class Batches:
    """Reads and writes of many objects in one request."""

    def __init__(self, objects: Objects, clock: SandboxClock) -> None:
        """Work on `objects`."""
        self._objects = objects
        self._clock = clock

    def run(self, kind: str, act: str, given: Body) -> Response:
        """Run one batch; raises HubSpotError where it fails as a whole."""
        inputs = _read_inputs(given)
        started = iso_millis(self._clock.now())
        match act:
            case "read":
                results, errors = self._read(kind, given, inputs)
            case "create":
                results, errors = self._create(kind, inputs)
            case "update":
                results, errors = self._update(kind, inputs)
            case "upsert":
                results, errors = self._upsert(kind, inputs)
            case "archive":
                return self._archive(kind, inputs)
            case _:
                raise HubSpotError(404, "OBJECT_NOT_FOUND", f"There is no batch/{act}")
        answer: Body = {
            "status": "COMPLETE",
            "results": sorted(results, key=lambda shown: str(shown["id"])),
            "startedAt": started,
            "completedAt": iso_millis(self._clock.now()),
        }
        if errors:
            answer |= {"numErrors": len(errors), "errors": errors}
        return JSONResponse(answer, 207 if errors else 200)

    def _read(
        self, kind: str, given: Body, inputs: list[Body]
    ) -> tuple[Iterable[Body], list[Body]]:
        names = given.get("properties") or SHOWN_AT_FIRST[kind]
        found: dict[Any, Body] = {}
        missing = []
        for one in inputs:
            record = self._objects.find(kind, _id_of(one), given.get("idProperty"))
            if record is None:
                missing.append(_id_of(one))
            else:
                found[record.id] = show(kind, record, names)
        return found.values(), _missing(kind, missing)

    def _create(self, kind: str, inputs: list[Body]) -> tuple[Iterable[Body], list[Body]]:
        if not all(one.get("objectWriteTraceId") for one in inputs):
            self._check_whole(kind, inputs)
            made = ((self._objects.create(kind, one["properties"]), one) for one in inputs)
            return [_written(kind, record, one) for record, one in made], []
        results, errors = [], []
        for one in inputs:
            try:
                results.append(
                    _written(kind, self._objects.create(kind, one.get("properties")), one)
                )
            except HubSpotError as error:
                errors.append(error.item(objectWriteTraceId=[str(one["objectWriteTraceId"])]))
        return results, errors

    def _check_whole(self, kind: str, inputs: list[Body]) -> None:
        """Raise HubSpotError unless every input can be created beside the others."""
        seen: set[tuple[str, str]] = set()
        for one in inputs:
            values = self._objects.check_new(kind, one.get("properties"))
            own = {(name, values[name]) for name in UNIQUE[kind] if values.get(name)}
            if own & seen:
                raise HubSpotError(409, "CONFLICT", "Two inputs hold the same unique value")
            seen |= own

    def _update(self, kind: str, inputs: list[Body]) -> tuple[Iterable[Body], list[Body]]:
        _refuse_duplicates(inputs)
        for one in inputs:
            read_properties(kind, one.get("properties"))
        results: dict[Any, Body] = {}
        errors, missing = [], []
        for one in inputs:
            record = self._objects.find(kind, _id_of(one), one.get("idProperty"))
            if record is None:
                missing.append(_id_of(one))
                continue
            try:
                changed = self._objects.update(kind, record, one["properties"])
                results[record.id] = _written(kind, changed, one)
            except HubSpotError as error:
                errors.append(error.item(ids=[_id_of(one)]))
        return results.values(), [*_missing(kind, missing), *errors]

    def _upsert(self, kind: str, inputs: list[Body]) -> tuple[Iterable[Body], list[Body]]:
        _refuse_duplicates(inputs)
        for one in inputs:
            read_properties(kind, one.get("properties"))
            if one.get("idProperty") not in UNIQUE[kind]:
                raise invalid(f"idProperty must be a unique property of {kind}")
        results, errors = [], []
        for one in inputs:
            name, value = str(one["idProperty"]), _id_of(one)
            properties = {name: value, **one["properties"]}
            try:
                record = self._objects.find(kind, value, name)
                if record is None:
                    written = self._objects.create(kind, properties)
                else:
                    written = self._objects.update(kind, record, properties)
                results.append(_written(kind, written, one, name) | {"new": record is None})
            except HubSpotError as error:
                errors.append(error.item(ids=[value]))
        return results, errors

    def _archive(self, kind: str, inputs: list[Body]) -> Response:
        """Archive what is there; ids that stand for nothing are passed over."""
        for one in inputs:
            record = self._objects.find(kind, _id_of(one))
            if record is not None:
                self._objects.archive(kind, record)
        return Response(status_code=204)


def _read_inputs(given: Body) -> list[Body]:
    inputs = given.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
        raise invalid("Invalid input JSON: inputs must be a list of objects")
    if not 0 < len(inputs) <= _MAX_INPUTS:
        raise invalid(f"The maximum batch size is {_MAX_INPUTS}, inputs has {len(inputs)}")
    return inputs


def _id_of(one: Body) -> str:
    return str(one.get("id", ""))


def _refuse_duplicates(inputs: list[Body]) -> None:
    ids = [_id_of(one) for one in inputs]
    twice = sorted({object_id for object_id in ids if ids.count(object_id) > 1})
    if twice:
        raise invalid(f"Duplicate IDs found in batch input: {twice}. IDs must be unique")


def _missing(kind: str, ids: list[str]) -> list[Body]:
    """Return the one error of all ids that stand for nothing."""
    message = (
        f"Could not get some {SINGULAR[kind].upper()} objects, they may be deleted or not exist. "
        "Check that ids are valid."
    )
    return [HubSpotError(404, "OBJECT_NOT_FOUND", message).item(ids=ids)] if ids else []


def _written(kind: str, record: Record, one: Body, *more: str) -> Body:
    """Return what a write answers: the written properties and the ones that always come."""
    return show(kind, record, [*one["properties"], *more])
