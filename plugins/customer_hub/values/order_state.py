"""Where an order stands, told by its lines and by what happened to it.

Pure, and a function of the set of lines and events: neither their order nor that one of them is told
twice changes anything. What contradicts itself is named, never repaired: the gate decides about it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Final, Literal

EventCode = Literal[
    "placed", "approved", "rejected", "paid", "shipped", "delivered", "completed", "returned",
    "refunded", "cancelled",
]  # fmt: skip
StatusCode = EventCode | Literal["partly_shipped", "partly_returned"]
Violation = Literal[
    "shipped_over_ordered", "returned_over_ordered", "returned_over_shipped",
    "shipped_unapproved", "went_on_after_cancel", "returned_nothing_known",
]  # fmt: skip

_NONE: Final = Decimal(0)
_HANDED_OVER: Final = frozenset({"shipped", "delivered", "completed"})
_PARTLY_SENT: Final = frozenset({"shipped", "delivered"})
_DECISIONS: Final = frozenset({"approved", "rejected"})
# What a cancelled order may still bring: it goes back the way that it came.
_GOING_BACK: Final = frozenset({"cancelled", "returned", "refunded"})


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line that was ordered, or (`is_return`) one that came back; `returns_no` names the former.

    Quantities count up in both; None: the channel does not tell.
    """

    line_no: str
    quantity: Decimal | None = None
    is_return: bool = False
    returns_no: str = ""


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """What happened to an order at a moment (aware), or to one of its lines.

    An empty `line_no` is the whole order, a `quantity` of None the whole line. `document_no` is the
    shipment, return or refund that it belongs to.
    """

    code: EventCode
    at: datetime
    line_no: str = ""
    quantity: Decimal | None = None
    document_no: str = ""
    carrier: str | None = None

    @property
    def key(self) -> tuple[str, datetime, str, str]:
        """What tells it from every other event of its order."""
        return self.code, self.at, self.document_no, self.line_no


@dataclass(frozen=True, slots=True)
class OrderState:
    """Where an order stands; quantities by line number, for the ordered lines."""

    status_code: StatusCode | None
    shipped: Mapping[str, Decimal]
    returned: Mapping[str, Decimal]
    violations: frozenset[Violation]


def merge_events(events: Iterable[OrderEvent]) -> list[OrderEvent]:
    """Return each event once, in order; told twice with two quantities, the larger one holds."""
    told = sorted(set(events), key=lambda event: (event.key, _rank(event)))
    return [list(same)[-1] for _, same in groupby(told, key=lambda event: event.key)]


def derive_state(
    stated: StatusCode | None,
    lines: Sequence[OrderLine],
    events: Iterable[OrderEvent],
    *,
    total: Decimal | None = None,
    refunded: Decimal = _NONE,
) -> OrderState:
    """Return where an order stands.

    Args:
        stated: what the channel calls its state; it says so of the whole order, without a time.
        lines: each number once; those that were ordered and those that came back.
        events: in any order, any of them more than once.
        total: what was to be paid.
        refunded: what was paid back, a positive amount.
    """
    happened = merge_events(events)
    told = {event.code for event in happened if not event.line_no} | ({stated} if stated else set())
    ordered = {line.line_no: line.quantity for line in lines if not line.is_return}
    counted = {code: _count(happened, code, ordered) for code in ("shipped", "delivered")}
    sent = {
        number: max(counted["shipped"][number], counted["delivered"][number]) for number in ordered
    }
    is_sent_whole = bool(_HANDED_OVER & told)
    shipped = {
        number: max(sent[number], quantity or _NONE) if is_sent_whole else sent[number]
        for number, quantity in ordered.items()
    }
    returned = _count_returned(lines, happened, ordered, is_whole="returned" in told)
    decided = _find_decision(happened)
    codes = {event.code for event in happened}
    reached: tuple[tuple[StatusCode, bool], ...] = (
        ("cancelled", "cancelled" in told),
        ("rejected", "rejected" in (stated, decided)),
        ("refunded", stated == "refunded" or (bool(total) and refunded >= (total or _NONE))),
        ("returned", "returned" in told or _covers(returned, ordered)),
        ("partly_returned", any(returned.values()) or "returned" in codes),
        ("completed", "completed" in told),
        ("delivered", "delivered" in told or _covers(counted["delivered"], ordered)),
        ("shipped", "shipped" in told or _covers(shipped, ordered)),
        ("partly_shipped", stated == "partly_shipped" or bool(_PARTLY_SENT & codes)),
        ("paid", "paid" in told),
        ("approved", "approved" in (stated, decided)),
        ("placed", "placed" in told),
    )
    violations = {
        *_judge_quantities(ordered, sent, shipped, returned),
        *_judge_times(happened),
        *_judge_returns(lines, ordered),
    }
    status = next((code for code, is_reached in reached if is_reached), None)
    return OrderState(status, shipped, returned, frozenset(violations))


def _rank(event: OrderEvent) -> tuple[bool, Decimal, str]:
    """The whole line is more than any part of it."""
    return event.quantity is None, event.quantity or _NONE, event.carrier or ""


def _count(
    events: Iterable[OrderEvent], code: str, ordered: Mapping[str, Decimal | None]
) -> dict[str, Decimal]:
    """Return how much of each line events of one code tell of."""
    counted = dict.fromkeys(ordered, _NONE)
    for event in events:
        if event.code == code and event.line_no in counted:
            whole = ordered[event.line_no] or _NONE
            counted[event.line_no] += whole if event.quantity is None else event.quantity
    return counted


def _count_returned(
    lines: Iterable[OrderLine],
    events: Iterable[OrderEvent],
    ordered: Mapping[str, Decimal | None],
    *,
    is_whole: bool,
) -> dict[str, Decimal]:
    """Return what came back: lines and events are two ways to say it, so the larger one counts."""
    by_line: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.is_return and line.returns_no in ordered:
            whole = ordered[line.returns_no] or _NONE
            by_line[line.returns_no] += whole if line.quantity is None else line.quantity
    by_event = _count(events, "returned", ordered)
    return {
        number: max(by_line[number], by_event[number], (quantity or _NONE) if is_whole else _NONE)
        for number, quantity in ordered.items()
    }


def _covers(counted: Mapping[str, Decimal], ordered: Mapping[str, Decimal | None]) -> bool:
    known = {number: quantity for number, quantity in ordered.items() if quantity}
    return bool(known) and all(counted[number] >= quantity for number, quantity in known.items())


def _find_decision(events: Sequence[OrderEvent], until: datetime | None = None) -> str | None:
    """Return the last decision (up to a moment); of two at one moment the refusal holds."""
    decisions = [
        (event.at, event.code)
        for event in events
        if event.code in _DECISIONS and (until is None or event.at <= until)
    ]
    return max(decisions)[1] if decisions else None  # "rejected" is the greater word


def _judge_quantities(
    ordered: Mapping[str, Decimal | None],
    sent: Mapping[str, Decimal],
    shipped: Mapping[str, Decimal],
    returned: Mapping[str, Decimal],
) -> Iterable[Violation]:
    for number, quantity in ordered.items():
        if quantity is None:
            continue
        if sent[number] > quantity:
            yield "shipped_over_ordered"
        if returned[number] > quantity:
            yield "returned_over_ordered"
        elif returned[number] > shipped[number]:
            yield "returned_over_shipped"


def _judge_times(events: Sequence[OrderEvent]) -> Iterable[Violation]:
    """Judge what came at the wrong time."""
    cancelled = min((event.at for event in events if event.code == "cancelled"), default=None)
    if cancelled and any(event.at > cancelled for event in events if event.code not in _GOING_BACK):
        yield "went_on_after_cancel"
    for event in events if _find_decision(events) else ():
        if event.code in _HANDED_OVER and _find_decision(events, event.at) != "approved":
            yield "shipped_unapproved"


def _judge_returns(
    lines: Iterable[OrderLine], ordered: Mapping[str, Decimal | None]
) -> Iterable[Violation]:
    if any(line.is_return and line.returns_no not in ordered for line in lines):
        yield "returned_nothing_known"
