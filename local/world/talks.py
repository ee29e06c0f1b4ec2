"""Calls, meetings and mails that the CRM's people had with a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from local.world.calendar import Calendar
from local.world.dice import Weighted, dice
from local.world.journal import Journal
from local.world.numbering import Numbering
from local.world.render_crm import render_talk
from local.world.views import View

_COUNTS = Weighted([(0, 46), (1, 30), (2, 15), (3, 9)])
_TYPES = Weighted([("Call", 45), ("Meeting", 20), ("Email", 35)])
_NEW_SHARE, _PLANNED_SHARE, _LOOSE_SHARE, _CONTACT_SHARE = 0.04, 0.15, 0.04, 0.25
_HELD_SHARE, _CANCELLED_SHARE = 0.6, 0.12
_TOPICS = (
    ("合同续签", "客户希望延长账期,周五前回复。"),
    ("催收货款", "客户同意月底前付款。"),
    ("新品介绍", "对方要了报价单和样品。"),
    ("投诉回访", "破损的杯子已补发,客户满意。"),
    ("年度拜访", "明年预算增加,主要采购办公用品。"),
    ("Price list 2027", "They asked for volume discounts."),
    ("Delivery dates", "New address of the warehouse, see below."),
)
AGENTS = (("u01", "林静"), ("u02", "周凯"), ("u03", "Anna Meyer"), ("u04", "唐宁"))


@dataclass(frozen=True, slots=True)
class Talk:
    """One of them; ``parent_type`` is empty where nobody filed it under a customer."""

    kind: str
    key: str
    subject: str
    text: str
    status: str
    direction: str
    created: datetime
    began: datetime
    ended: datetime
    parent_type: str
    parent_key: str
    contact_keys: tuple[str, ...]
    agent: tuple[str, str]


class Talks:
    """Writes what the CRM's people note about their talks with one customer into the journal.

    Its dice are its own: the rest of the world is the same without it.
    """

    def __init__(
        self, seed: int, customer: int, numbers: Numbering, calendar: Calendar, journal: Journal
    ) -> None:
        """Use the world's numbers and calendar."""
        self._rng = dice(seed, "talks", customer)
        self._numbers = numbers
        self._calendar = calendar
        self._journal = journal
        self._open: dict[str, list[Talk]] = {}
        self._used: dict[str, int] = {}

    def begin(self, view: View, contacts: Sequence[str], day: int) -> None:
        """Write what came with a new account: its past on day 1, a first talk later."""
        for _ in range(_COUNTS.draw(self._rng)):
            self._talk(view, contacts, day, fresh=day > 1)

    def go_on(self, view: View, contacts: Sequence[str], day: int) -> None:
        """Write a day of an older account: what was planned is held or called off, new talks."""
        still = []
        for talk in self._open.pop(view.key, []):
            turn, at = self._rng.random(), self._calendar.moment(self._rng, day)
            if turn < _HELD_SHARE:
                self._write(view, replace(talk, status="Held"), day, at)
            elif turn < _HELD_SHARE + _CANCELLED_SHARE:
                self._journal.delete(day, at, "crm", talk.kind, talk.key)
            else:
                still.append(talk)
        self._open[view.key] = still
        if self._rng.random() < _NEW_SHARE:
            self._talk(view, contacts, day, fresh=True)

    def _talk(self, view: View, contacts: Sequence[str], day: int, *, fresh: bool) -> None:
        rng = self._rng
        at = self._calendar.moment(rng, day)
        created = at if fresh else min(at, self._calendar.past(rng, view.created_at))
        kind = _TYPES.draw(rng)
        index = self._used.get(view.key, 0)
        self._used[view.key] = index + 1
        is_planned = kind != "Email" and rng.random() < _PLANNED_SHARE
        began = at + timedelta(days=rng.choice((1, 2, 9))) if is_planned else created
        began = began.replace(microsecond=0)
        subject, text = rng.choice(_TOPICS)
        direction = rng.choice(("Outbound", "Outbound", "Inbound"))
        status = "Planned" if is_planned else "Held"
        if kind == "Email":
            status = "Sent" if direction == "Outbound" else "Archived"
        spoken = tuple(contacts[: rng.choice((0, 1, 2))])
        parent = ("Account", view.key)
        if spoken and rng.random() < _CONTACT_SHARE:
            parent = ("Contact", spoken[0])
        elif kind == "Email" and rng.random() < _LOOSE_SHARE:
            parent = ("", "")
        key = self._numbers.crm(kind, view.customer.number, view.repeat, index)
        length = timedelta(minutes=rng.choice((5, 10, 30, 60)))
        agent = rng.choice(AGENTS)
        talk = Talk(
            kind, key, subject, text, status, direction, created, began, began + length,
            *parent, spoken if kind != "Email" else (), agent,
        )  # fmt: skip
        if is_planned:
            self._open.setdefault(view.key, []).append(talk)
        self._write(view, talk, day, at)

    def _write(self, view: View, talk: Talk, day: int, at: datetime) -> None:
        render = partial(render_talk, view, talk)
        self._journal.upsert(day, at, "crm", talk.kind, talk.key, render, self._rng)
