"""The contract that every channel meets, whatever system stands behind it.

Two neutral shapes pass this border. Inwards a `RawRecord` carries the native payload untouched (it is
sealed as it is), and `Mapping.map` turns a payload into the flat raw columns of `RAW_FIELDS`.
Outwards a write names hub fields; the channel knows which native slot each has.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable

from customer_hub.core.pace import Pace
from customer_hub.core.tokens import Tokens

Op = Literal["upsert", "delete"]
Outcome = Literal["created", "updated", "unchanged", "conflict", "failed", "missing", "deleted"]
ENTITIES = ("customer", "contact", "sales_order", "ticket", "interaction", "feedback")

# Keys of a mapped record per entity. Scalars are raw text or None, `tags` is a list of texts, and the
# lists of ITEM_FIELDS hold dicts. `unknown`: names of fields nobody mapped. `cleared`: what the
# channel explicitly says to be empty, out of CLEARABLE; null alone is no opinion.
# An order's total is what was to be paid: lines + shipping + fee + tax - discount (what is taken off
# beside the lines' own amounts). `origin`: the order that this one repeats, "shop/1234", or a bare
# number of the channel that the TOML names in `orders_from`.
# The medium of an interaction is call, meeting, mail, chat, visit, ticket or note, its direction in, out
# or None, its agent who spoke for us. Feedback is satisfaction, complaint, review or nps; its scale says
# what a score means: its least and greatest (1-5), or its words from the worst to the best (bad/good).
# Customer, contact, ticket and order are the channel's own ids.
RAW_FIELDS: dict[str, tuple[str, ...]] = {
    "customer": (
        "kind", "name", "surname", "given_name", "company", "short_name", "social_credit_code",
        "identity_type", "identity_number", "birth_date", "website", "industry", "level",
        "lifecycle", "language", "currency", "credit_limit", "credit_rating", "payment_method",
        "payment_terms", "remark", "status", "parent", "created", "modified",
        "tags", "phones", "mails", "addresses", "unknown", "cleared",
    ),
    "contact": (
        "name", "surname", "given_name", "title", "role", "customer", "remark", "created",
        "modified", "phones", "mails", "unknown",
    ),
    "sales_order": (
        "number", "customer", "status", "ordered", "currency", "total", "discount", "shipping",
        "fee", "tax", "origin", "created", "modified", "lines", "payments", "events", "unknown",
    ),
    "ticket": (
        "customer", "status", "subject", "opened", "resolved", "satisfaction",
        "satisfaction_scale", "created", "modified", "interactions", "changes", "unknown",
    ),
    "interaction": (
        "customer", "contact", "medium", "direction", "status", "at", "ended", "agent", "subject",
        "text", "sender", "recipients", "created", "modified", "unknown",
    ),
    "feedback": (
        "customer", "ticket", "order", "kind", "score", "scale", "at", "comment", "reason",
        "created", "modified", "unknown",
    ),
}  # fmt: skip
# Keys of the dicts in lists. The type of a phone is phone, mobile or fax, a direction is in or out.
# `returns` is the line_no of what came back; quantity and amount of a return may have either sign. A
# negative payment was paid back. An event without line_no is of the whole order, one without quantity
# of the whole line; its document is a shipment, a return or a refund.
ITEM_FIELDS: dict[str, tuple[str, ...]] = {
    "phones": ("type", "value", "preferred"),
    "mails": ("value", "preferred"),
    "addresses": (
        "type", "raw", "country", "province", "city", "district", "street", "postcode",
    ),
    "lines": (
        "line_no", "product_code", "product_name", "category", "quantity", "price", "amount",
        "is_return", "returns",
    ),
    "payments": ("payment_no", "method", "currency", "amount", "at"),
    "events": ("code", "at", "line_no", "quantity", "document_no", "carrier"),
    "interactions": ("ordinal", "medium", "direction", "at", "agent", "text"),
    "changes": ("ordinal", "at", "from", "to", "agent"),
}  # fmt: skip
# Raw columns of a customer that can be emptied, and the kinds of what there may be several of.
CLEARABLE = (
    "short_name", "social_credit_code", "identity_number", "birth_date", "website", "industry",
    "level", "lifecycle", "language", "currency", "credit_limit", "credit_rating",
    "payment_method", "payment_terms", "remark", "parent", "tags",
    "phone", "mobile", "fax", "mail", "address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a channel: what an Airflow connection holds. Never logged.

    `pace` keeps its requests within the budget, `tokens` a log-in that ends after a while; None:
    those of this process alone.
    """

    base_url: str
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)
    pace: Pace | None = None
    tokens: Tokens | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one entity of a system can do, as far as it decides how it is read and written.

    Attributes:
        cursor: how changes are found: by update time, by an export's own token, by windows of
            which the rows come in any order, or by reading everything.
        lag: how long a change may stay out of sight; windows end so much before the clock.
        largest_page: rows a page shows at most.
        largest_query: rows that one query shows at most, however many pages; None: all.
        shows_deletes: deleted records are shown as such.
        lists_ids: all that exists can be listed, so that a sweep proves what is gone.
        children_move_parent: a change below the record moves its update time.
        creates: records can be made, and are found again by their hub id.
        concurrency: what keeps a write from overwriting one that came in between.
        batch_size: records that one write takes.
    """

    cursor: Literal["updated_since", "opaque_cursor", "window_only", "full_sweep"]
    lag: timedelta = timedelta(0)
    largest_page: int = 100
    largest_query: int | None = None
    shows_deletes: bool = False
    lists_ids: bool = True
    children_move_parent: bool = True
    creates: bool = False
    concurrency: Literal["none", "etag"] = "none"
    batch_size: int = 1


@dataclass(frozen=True, slots=True)
class Standard:
    """How a channel usually keeps an entity of a system: what the TOML of a new one begins with.

    See `config.EntityConfig` for the meaning of each; `more` is TOML that follows them.
    """

    remote: str
    history: Literal["versioned", "current_state", "full_sweep"]
    deletes: Literal["none", "shown", "sweep"] = "none"
    volatile: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as the channel showed it.

    `version_at` is the channel's own update time (aware UTC) or None when it has none; `created_at`
    its own creation time. `customer_id` is the source id of the customer it belongs to, whose
    subject key seals it (None: it is its own subject). `payload` is {} for a delete.
    """

    entity: str
    source_id: str
    op: Op
    version_at: datetime | None
    created_at: datetime | None
    payload: dict[str, Any] = field(repr=False)
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, the channel's clock when it showed them, and where to go on after a crash."""

    records: list[RawRecord]
    seen_at: datetime
    cursor: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What became of one write; `version_at` is the update time that the write gave the record.

    `shown` is the record as the read-back showed it, where that proved the write.
    """

    outcome: Outcome
    source_id: str | None
    version_at: datetime | None = None
    cause: str = ""
    shown: RawRecord | None = field(default=None, repr=False)


class Channel(Protocol):
    """A system that can be read."""

    def read_clock(self) -> datetime:
        """Return the channel's own clock (aware UTC), by which windows are closed."""

    def extract(
        self, entity: str, start: datetime, end: datetime, cursor: dict[str, Any] | None
    ) -> Iterator[Page]:
        """Yield the pages of [start, end), going on after `cursor` when one is given.

        A full-sweep entity yields everything whatever the bounds. Duplicates are allowed.
        """

    def sweep_ids(self, entity: str) -> Iterator[Sequence[str]]:
        """Yield the ids of all records that exist now; only a complete sweep proves a deletion."""

    def read_one(self, entity: str, source_id: str) -> RawRecord | None:
        """Return one record as it is now, or None when the channel does not have it."""


@runtime_checkable
class Target(Channel, Protocol):
    """A system that can be written to as well: several threads at a time, each its own records."""

    def read_hub_fields(self, record: RawRecord) -> dict[str, str | None]:
        """Return what stands in the slots that the hub writes (hub_id, level_code, ..)."""

    def update(self, entity: str, source_id: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Write hub fields to one record and read them back: unshown fields are `failed`.

        A record that changed after it was read, where the system tells, is a `conflict`.
        """

    def create(self, entity: str, fields: Mapping[str, str | None]) -> WriteResult:
        """Create a record; an existing one with the same identity is a `conflict` with its id."""

    def delete(self, entity: str, source_id: str) -> WriteResult:
        """Delete one record and see that it is gone; one that is not there is `missing`."""

    def find_by_hub_id(self, entity: str, hub_id: str) -> str | None:
        """Return the id of the record that carries this hub id: settles an uncertain create."""


@runtime_checkable
class BatchTarget(Target, Protocol):
    """A target that reads many records at once: a write need not cost three requests."""

    @property
    def write_size(self) -> int:
        """How many records one `write_many` takes."""

    def read_many(self, entity: str, source_ids: Sequence[str]) -> dict[str, RawRecord]:
        """Return the records that exist, by source id."""

    def write_many(
        self, entity: str, items: Mapping[str, Mapping[str, str | None]]
    ) -> dict[str, WriteResult]:
        """Write hub fields to at most `write_size` records in one request, without any look.

        `updated` only says that the write was taken: the caller reads back. An error is about all.
        """


class System(Protocol):
    """What the package `channels.<system>` offers as a module, or by its `bind(config)`.

    The latter where the channel's TOML decides how payloads map.
    """

    CAPABILITIES: Mapping[str, Capabilities]
    """What each entity that the system has can do."""

    STANDARD: Mapping[str, Standard]
    """How each of them is usually kept."""

    WRITABLE: Mapping[str, tuple[str, ...]]
    """Hub fields that can be written per entity; empty for systems whose channels are no targets."""

    CREATABLE: Mapping[str, tuple[str, ...]]
    """Fields that a new record can be given per entity; empty where the hub creates nothing."""

    DELETABLE: tuple[str, ...]
    """Entities of which the hub can delete a record that it has made."""

    def open_channel(self, config: Any, access: Access) -> Channel:
        """Return a channel ready to use; opens no connection yet."""

    def map_record(self, entity: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Map a native payload to the keys of RAW_FIELDS[entity]; pure, total."""
