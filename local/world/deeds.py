"""Orders, receipts and tickets that hang on a channel's record of a customer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from local.world import render_order, render_pos, render_support
from local.world.activity import Basket, Matter, draw_basket, draw_matter
from local.world.calendar import Calendar
from local.world.dice import Weighted
from local.world.journal import Journal
from local.world.numbering import Numbering
from local.world.views import View

_COUNTS = {
    "shop": Weighted([(0, 36), (1, 34), (2, 18), (3, 9), (4, 3)]),
    "pos": Weighted([(0, 42), (1, 34), (2, 16), (3, 8)]),
    "support": Weighted([(0, 38), (1, 48), (2, 12), (3, 2)]),
}
_NEW_SHARE = {"shop": 0.03, "pos": 0.025, "support": 0.025}
_MOVE_SHARE, _REPLY_SHARE = 0.02, 0.03
_GUEST_SHARE = 0.03
# Each so manieth order that was completed is handed over at a till, which prints a receipt of it.
_COLLECTED_EACH = 15
_NEXT_STATUS = {"pending": "processing", "processing": "completed", "completed": "refunded"}


@dataclass(slots=True)
class _Order:
    number: int
    basket: Basket
    created: datetime
    guest: bool
    refunds: list[render_order.Refund] = field(default_factory=list)
    is_collected: bool = False


@dataclass(slots=True)
class _Ticket:
    number: int
    matter: Matter
    created: datetime
    steps: int


class Deeds:
    """Writes what a customer does into the journal."""

    def __init__(self, numbers: Numbering, calendar: Calendar, journal: Journal) -> None:
        """Use the world's numbers and calendar."""
        self._numbers = numbers
        self._calendar = calendar
        self._journal = journal
        self._orders: dict[str, list[_Order]] = {}
        self._tickets: dict[str, list[_Ticket]] = {}
        self._used: dict[tuple[str, int], int] = {}

    def begin(self, rng: Random, view: View, day: int) -> None:
        """Write what came with a new record: its past on day 1, a first order later."""
        if view.channel in _COUNTS:
            for _ in range(_COUNTS[view.channel].draw(rng)):
                self._do(rng, view, day, fresh=day > 1)

    def go_on(self, rng: Random, view: View, day: int) -> None:
        """Write a day of an older record: moved orders, replies, new deeds."""
        for order in self._orders.get(view.key, ()):
            follow = _NEXT_STATUS.get(order.basket.status)
            if view.channel == "shop" and follow and rng.random() < _MOVE_SHARE:
                order.basket = replace(order.basket, status=follow)
                self._write_order(view, order, day, self._calendar.moment(rng, day))
        for ticket in self._tickets.get(view.key, ()):
            if rng.random() < _REPLY_SHARE:
                self._reply(rng, view, ticket, day)
        if view.channel in _NEW_SHARE and rng.random() < _NEW_SHARE[view.channel]:
            self._do(rng, view, day, fresh=True)

    def _do(self, rng: Random, view: View, day: int, *, fresh: bool) -> None:
        index = self._used.get((view.channel, view.repeat), 0)
        self._used[view.channel, view.repeat] = index + 1
        at = self._calendar.moment(rng, day)
        created = at if fresh else self._calendar.past(rng, view.created_at)
        created = min(created, at)
        match view.channel:
            case "shop":
                number = self._number("order", view, index)
                basket = draw_basket(rng, many=not view.is_person)
                order = _Order(number, basket, created, rng.random() < _GUEST_SHARE)
                self._orders.setdefault(view.key, []).append(order)
                self._write_order(view, order, day, at)
            case "pos":
                self._write_receipt(rng, view, index, day, created, at)
            case _:
                number = self._number("ticket", view, index)
                matter = draw_matter(rng, western=view.customer.western)
                self._open(rng, view, _Ticket(number, matter, created, 0), day, at)

    def _number(self, kind: str, view: View, index: int) -> int:
        return self._numbers.happening(kind, view.customer.number, view.repeat, index)

    def _write_order(self, view: View, order: _Order, day: int, at: datetime) -> None:
        basket = order.basket
        earlier = sum((refund.amount for refund in order.refunds), Decimal("0.00"))
        refund = render_order.make_refund(basket, order.number, earlier, at)
        if refund is not None:
            order.refunds.append(refund)
            record = render_order.render_refund(refund, basket)
            self._journal.append(day, at, "shop", "refunds", str(refund.number), record)
        refunds = list(order.refunds)
        self._journal.upsert(
            day, at, "shop", "orders", str(order.number),
            lambda moment: render_order.render_order(
                view, basket, order.number, order.created, moment, refunds, guest=order.guest
            ),
        )  # fmt: skip
        if basket.status == "completed" and order.number % _COLLECTED_EACH == 7:
            self._write_collection(order, day, at)

    def _write_collection(self, order: _Order, day: int, at: datetime) -> None:
        """Write the till's receipt of an order that was collected in a store, once."""
        if order.is_collected:
            return
        order.is_collected = True
        receipt = f"C{order.number:09d}"
        for number in range(1, len(order.basket.lines) + 1):
            row = render_pos.render_sale(
                "", order.basket, number, receipt, at, at, returned=False, origin=str(order.number)
            )
            self._journal.append(day, at, "pos", "sale", f"{receipt}/{number}", row)

    def _write_receipt(
        self, rng: Random, view: View, index: int, day: int, created: datetime, at: datetime
    ) -> None:
        receipt = f"R{self._number('sale', view, index):09d}"
        basket = draw_basket(rng, many=not view.is_person and rng.random() < 0.3)
        returned = rng.random() < 0.04
        for number in range(1, len(basket.lines) + 1):
            render = partial(
                render_pos.render_sale,
                *(view.key, basket, number, receipt, created),
                returned=returned and number == 1,
            )
            self._journal.upsert(day, at, "pos", "sale", f"{receipt}/{number}", render)

    def _open(self, rng: Random, view: View, ticket: _Ticket, day: int, at: datetime) -> None:
        history = render_support.render_history(
            rng, view, ticket.matter, ticket.number, ticket.created, at
        )
        ticket.steps = len(history)
        self._tickets.setdefault(view.key, []).append(ticket)
        self._write_ticket(view, ticket, day, at)
        for number, record in history:
            self._write_transaction(day, at, number, record)

    def _reply(self, rng: Random, view: View, ticket: _Ticket, day: int) -> None:
        at = self._calendar.moment(rng, day)
        text = rng.choice(("请问有进展吗?", "谢谢,已经解决了。", "Any news?", "补充:订单号见上。"))
        number, record = render_support.render_reply(view, ticket.number, ticket.steps, text, at)
        ticket.steps += 1
        written = [(number, record)]
        if ticket.matter.status in {"new", "resolved"}:
            former = ticket.matter.status
            ticket.matter = replace(ticket.matter, status="open", satisfaction="")
            reopening = render_support.render_reopening(ticket.number, ticket.steps, former, at)
            written.append(reopening)
            ticket.steps += 1
        self._write_ticket(view, ticket, day, at)
        for number, record in written:
            self._write_transaction(day, at, number, record)

    def _write_transaction(
        self, day: int, at: datetime, number: int, record: dict[str, Any]
    ) -> None:
        """Write a transaction, which keeps the moment that it happened."""
        self._journal.upsert(day, at, "support", "transaction", str(number), lambda _: record)

    def _write_ticket(self, view: View, ticket: _Ticket, day: int, at: datetime) -> None:
        matter = ticket.matter
        self._journal.upsert(
            day, at, "support", "ticket", str(ticket.number),
            lambda moment: render_support.render_ticket(
                view, matter, ticket.number, ticket.created, moment
            ),
        )  # fmt: skip
