"""Source records made by hand: what standardise would have written, sealed as it seals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from customer_hub.core.keys import sealer
from customer_hub.core.subjects import ensure_salts

START = datetime(2026, 11, 16, tzinfo=UTC)


@dataclass(frozen=True)
class Source:
    """One source customer or contact; ``created`` and ``at`` are days after START."""

    key: str
    name: str | None = None
    kind: str | None = "person"
    phones: Sequence[str] = ()
    masked: Sequence[str] = ()
    mails: Sequence[str] = ()
    identity: Mapping[str, str] = field(default_factory=dict)
    finance: Mapping[str, str] = field(default_factory=dict)
    remark: str | None = None
    region: str | None = None
    street: str | None = None
    tags: Sequence[str] = ()
    created: int | None = 0
    at: int = 0
    deleted: bool = False
    parent: str | None = None
    customer: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)

    @property
    def entity(self) -> str:
        return self.key.split("/")[1]


def put(connection: Connection, *records: Source) -> None:
    """Write or overwrite source records and queue them."""
    for record in records:
        drop(connection, record.key)
        channel, entity, source_id = record.key.split("/")
        salt = ensure_salts(connection, [f"source:{record.key}"])[f"source:{record.key}"]
        columns: dict[str, Any] = {
            "source_key": record.key,
            "channel": channel,
            "source_id": source_id,
            "version_id": abs(hash((record.key, record.at))) % 10**9,
            "version_at": START + timedelta(days=record.at),
            "first_created_at": None
            if record.created is None
            else START - timedelta(days=1000 - record.created),
            "is_deleted": record.deleted,
            "standardiser_version": 1,
            **record.columns,
        }
        if entity == "contact":
            columns |= {"name": record.name, "customer_source_key": record.customer}
        else:
            columns |= {
                "kind": record.kind,
                "legal_name": record.name,
                "region_code": record.region,
                "parent_source_key": record.parent,
            }
            for segment, value in (
                ("identity", dict(record.identity)),
                ("finance", dict(record.finance)),
                ("free_text", {"remark": record.remark} if record.remark else {}),
            ):
                if value:
                    columns[f"{segment}_sealed"] = sealer().seal(
                        "source.customer", segment, record.key, salt, value
                    )
                    columns[f"{segment}_digest"] = sealer().digest(value)
        _insert(connection, f"source.{entity}", columns)
        _put_children(connection, record, salt)
        queue(connection, record.key)


def _put_children(connection: Connection, record: Source, salt: bytes) -> None:
    points = [
        *(("mobile", phone, False) for phone in record.phones),
        *(("mobile", phone, True) for phone in record.masked),
        *(("mail", mail, False) for mail in record.mails),
    ]
    for ordinal, (kind, value, is_masked) in enumerate(points):
        content = {"value": value}
        _insert(connection, "source.contact_point", {
            "source_key": record.key, "ordinal": ordinal, "type": kind, "is_preferred": ordinal == 0,
            "is_masked": is_masked,
            "contact_sealed": sealer().seal(
                "source.contact_point", "contact", f"{record.key}|{ordinal}", salt, content),
            "contact_digest": sealer().digest(content),
        })  # fmt: skip
    if record.street:
        content = {"street": record.street}
        _insert(connection, "source.address", {
            "source_key": record.key, "ordinal": 0, "type": "billing", "country_code": "CN",
            "region_code": record.region,
            "contact_sealed": sealer().seal(
                "source.address", "contact", f"{record.key}|0", salt, content),
            "contact_digest": sealer().digest(content),
        })  # fmt: skip
    for tag in record.tags:
        _insert(connection, "source.tag", {"source_key": record.key, "tag": tag})


def drop(connection: Connection, key: str) -> None:
    """Remove a source record, as an erasure does, and queue it."""
    for table in ("customer", "contact", "contact_point", "address", "tag"):
        connection.exec_driver_sql(
            f"delete from source.{table} where source_key = %(key)s::text", {"key": key}
        )
    queue(connection, key)


def queue(connection: Connection, key: str) -> None:
    connection.exec_driver_sql(
        "insert into match.pending_record (source_key, entity)"
        " values (%(key)s::text, %(entity)s::text) on conflict (source_key)"
        " do update set queued_at = clock_timestamp()",
        {"key": key, "entity": key.split("/")[1]},
    )


def _insert(connection: Connection, table: str, columns: Mapping[str, Any]) -> None:
    names = ", ".join(columns)
    values = ", ".join(f"%({name})s" for name in columns)
    connection.exec_driver_sql(f"insert into {table} ({names}) values ({values})", dict(columns))
