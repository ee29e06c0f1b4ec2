"""What must hold between the keys of a description, beside each key by itself."""

import re
from collections.abc import Iterator

from customer_hub.channels.rest.asking import (
    CursorPaging,
    Listing,
    OffsetPaging,
    OpaqueCursor,
    PagePaging,
    Request,
    UpdatedSince,
    WindowOnly,
)
from customer_hub.channels.rest.description import Description, Entity
from customer_hub.channels.rest.telling import Write
from customer_hub.channels.rest.template import find_places
from customer_hub.core.file_faults import name_nearest

_PAGE_PLACES = {PagePaging: "page", OffsetPaging: "offset", CursorPaging: "cursor"}


def find_faults(description: Description) -> list[str]:
    """Return every fault of a description whose keys are all right by themselves."""
    checker = _Checker(description)
    return list(checker.find())


class _Checker:
    def __init__(self, description: Description) -> None:
        self._description = description
        self._constants = set(description.constants)

    def find(self) -> Iterator[str]:
        yield from self._request("clock", self._description.clock)
        for name, entity in self._description.read_entities().items():
            yield from self._entity(f"entities.{name}", entity)

    def _entity(self, where: str, entity: Entity) -> Iterator[str]:
        yield from self._changes(f"{where}.changes", entity)
        if entity.listing is not None:
            yield from self._listing(f"{where}.listing", entity.listing)
        yield from self._request(f"{where}.one.request", entity.one.request, "id")
        if entity.many is not None:
            yield from self._request(f"{where}.many.request", entity.many.request, "ids")
        for place, child in enumerate(entity.children):
            yield from self._listing(f"{where}.children.{place}", child, "id")
        if entity.write is not None:
            yield from self._write(f"{where}.write", entity.write, is_many=entity.many is not None)
        if entity.standard.history == "full_sweep" and entity.listing is None:
            yield f"{where}.listing is missing: the history is full_sweep"
        if entity.standard.history == "current_state" and entity.changes is None:
            yield f"{where}.changes is missing: the history is current_state"
        if entity.standard.deletes == "sweep" and entity.listing is None:
            yield f"{where}.listing is missing: deletions are found by a sweep"
        if entity.standard.deletes == "shown" and entity.deleted is None:
            yield f"{where}.deleted is missing: deletions are shown"

    def _changes(self, where: str, entity: Entity) -> Iterator[str]:
        changes = entity.changes
        if changes is None:
            return
        if not (changes.update or isinstance(changes, OpaqueCursor)):
            yield f"{where}.update is missing: nothing would prove that the filter is honoured"
        yield from self._time_format(f"{where}.time_format", changes.time_format)
        match changes:
            case UpdatedSince():
                yield from self._listing(where, changes, "lower", optional=("upper",))
                if changes.within is not None:
                    yield from self._listing(
                        f"{where}.within", changes.within, "lower", "upper", "after_id"
                    )
            case OpaqueCursor():
                yield from self._listing(where, changes, "lower")
                if not isinstance(changes.paging, CursorPaging):
                    yield f"{where}.paging.kind must be cursor"
            case WindowOnly():
                yield from self._listing(where, changes, "lower", "upper")

    def _time_format(self, where: str, form: str) -> Iterator[str]:
        if form not in ("iso", "seconds", "millis") and "%" not in form:
            yield f"{where} is neither iso, seconds, millis nor a pattern such as %Y-%m-%d %H:%M:%S"

    def _write(self, where: str, write: Write, *, is_many: bool) -> Iterator[str]:
        if "hub_id" not in write.slots:
            yield f"{where}.slots lacks hub_id, without which no record is found again"
        yield from self._request(f"{where}.update.request", write.update.request, "id", "item")
        if write.update.if_match and (write.batch or is_many):
            yield f"{where}.update.if_match needs each record read by itself: leave out many and batch"
        yield from self._listing(f"{where}.find", write.find, "hub_id")
        if write.batch is not None:
            yield from self._request(f"{where}.batch.request", write.batch.request, "items")
            if write.batch.job is not None:
                yield from self._request(
                    f"{where}.batch.job.request", write.batch.job.request, "job"
                )
        if write.delete is not None:
            yield from self._request(f"{where}.delete.request", write.delete.request, "id")
        create = write.create
        if create is None:
            return
        yield from self._request(
            f"{where}.create.request", create.request, "item", optional=("hub_id",)
        )
        for place, existing in enumerate(create.existing):
            at = f"{where}.create.existing.{place}"
            if existing.by not in {*write.slots, *create.slots}:
                yield f"{at}.by {existing.by} is no slot"
            yield from self._listing(f"{at}.listing", existing.listing, "value")
        if create.conflict is not None and create.conflict.pattern:
            yield from _pattern(f"{where}.create.conflict.pattern", create.conflict.pattern)

    def _listing(
        self, where: str, listing: Listing, *needed: str, optional: tuple[str, ...] = ()
    ) -> Iterator[str]:
        turned = _PAGE_PLACES.get(type(listing.paging))
        # A page is asked for by its place; only a first page does without a token's.
        asked = (*needed, turned) if turned else needed
        if isinstance(listing.paging, PagePaging | OffsetPaging):
            asked = (*asked, "size")  # pages overlap, so their size varies
        yield from self._request(
            f"{where}.request", listing.request, *asked, optional=("size", *optional)
        )

    def _request(
        self, where: str, request: Request, *needed: str, optional: tuple[str, ...] = ()
    ) -> Iterator[str]:
        parts = (request.path, request.params, request.body)
        used = {place.split(".")[0] for part in parts for place in find_places(part)}
        known = {*needed, *optional, *self._constants}
        for place in sorted(used - known):
            yield f"{where} has no place {{{place}}}{name_nearest(place, known)}"
        for place in sorted(set(needed) - used):
            yield f"{where} lacks the place {{{place}}}"
        if request.rate and request.rate not in self._description.rates:
            nearest = name_nearest(request.rate, self._description.rates)
            yield f"{where}.rate {request.rate} is none of [rates]{nearest}"


def _pattern(where: str, pattern: str) -> Iterator[str]:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        yield f"{where} is no regular expression: {error}"
        return
    if groups != 1:
        yield f"{where} must have one group, the id"
