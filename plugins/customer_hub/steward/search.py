"""Find customers by name, golden id, exact phone or exact mail: what was typed tells which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row

from customer_hub.core import sql
from customer_hub.core.seal import Sealer
from customer_hub.merge.resolve import resolve
from customer_hub.values.mail import parse_mail
from customer_hub.values.phone import parse_phone
from customer_hub.values.text import clean, has_cjk, to_simplified

LIMIT = 50
MAX_LENGTH = 120
_uuid = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_pattern_signs = re.compile(r"([\\%_])")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; ``value`` is standardised for an id, a phone or a mail."""

    kind: Literal["golden_id", "phone", "mail", "name"]
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of steward/list_found, the nearest first; ``has_more`` when the list was cut."""

    kind: str
    rows: Sequence[Row[Any]] = ()
    has_more: bool = False


def read_query(text: str) -> Query | None:
    """Tell what was typed; None when it is empty or means nothing."""
    cleaned = clean(text[:MAX_LENGTH].replace("\0", " "))
    if cleaned is None:
        return None
    if _uuid.fullmatch(cleaned):
        return Query("golden_id", str(UUID(cleaned)))
    if "@" in cleaned and (mail := parse_mail(cleaned).address):
        return Query("mail", mail)
    if phone := parse_phone(cleaned).e164:
        return Query("phone", phone)
    return Query("name", to_simplified(cleaned))


def find_customers(connection: Connection, sealer: Sealer, query: Query) -> Found:
    """Return the customers, and the contacts at them, that the query means.

    Args:
        connection: a reading transaction.
        sealer: hashes phones and mails as standardise did.
        query: see `read_query`.
    """
    if query.kind == "golden_id":
        current = resolve(connection, UUID(query.value)).golden_id
        ids = [current] if current else []
    elif query.kind == "name":
        ids = _find_by_name(connection, query.value)
    else:
        ids = [
            row.golden_id
            for row in sql.rows(
                connection,
                "steward/find_by_hash",
                hash_kind=query.kind,
                hash_value=sealer.blind(query.kind, query.value),
                size=LIMIT + 1,
            )
        ]
    rows = sql.rows(connection, "steward/list_found", golden_ids=ids[:LIMIT]) if ids else ()
    return Found(query.kind, rows, len(ids) > LIMIT)


def _find_by_name(connection: Connection, words: str) -> list[UUID]:
    part = _escape(words)
    latin, turned = _spell(words)
    found = sql.rows(
        connection,
        "steward/find_by_name",
        words=words,
        part=f"%{part}%",
        beginning=f"{part}%",
        latin=latin,
        latin_turned=turned,
        size=LIMIT + 1,
    )
    return [row.golden_id for row in found]


def _spell(words: str) -> tuple[str | None, str | None]:
    """Return patterns for pinyin without spaces, as typed and with the last word first."""
    if has_cjk(words) or not any(character.isalpha() for character in words):
        return None, None
    syllables = [_escape(each) for each in re.split(r"[\s'’-]+", words.lower()) if each]
    joined = "".join(syllables)
    turned = "".join(syllables[-1:] + syllables[:-1])
    return f"%{joined}%", f"{turned}%" if turned != joined else None


def _escape(text: str) -> str:
    """Return text that LIKE takes literally."""
    return _pattern_signs.sub(r"\\\1", text)
