"""A steward's pin: the value of one field of the customer that a source record belongs to.

It names the source record and so follows it through splits and merges (law 9). What it says is
sealed for that record's subject, whatever the field: it goes when the record's data goes.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Row

from customer_hub.core import db, keys, sql
from customer_hub.core.as_of import read_as_of
from customer_hub.core.audit import append_entry
from customer_hub.core.errors import HubError
from customer_hub.core.subjects import ensure_salts
from customer_hub.values import code
from customer_hub.values.amount import parse_amount
from customer_hub.values.identity import parse_identity, parse_social_credit_code
from customer_hub.values.industry import parse_industry
from customer_hub.values.moment import parse_on
from customer_hub.values.region import find_region
from customer_hub.values.text import clean, to_pinyin, to_simplified
from customer_hub.values.website import parse_website

Reading = Callable[[str], str | None]
TABLE = "match.pin"
_PLAIN_SEGMENT = "free_text"  # what seals the pin of a field that is itself not sealed


def _read_text(raw: str) -> str | None:
    text = clean(raw)
    return to_simplified(text) if text else None


def _read_region(raw: str) -> str | None:
    region = find_region(raw.strip())
    return region.code if region else None


def _read_amount(raw: str) -> str | None:
    amount = parse_amount(raw)
    return None if amount is None else format(amount, "f")


def _read_birth(raw: str) -> str | None:
    born = parse_on(raw)
    return born.isoformat() if born else None


def _read_company_code(raw: str) -> str | None:
    found = parse_social_credit_code(raw)
    return found.number if found.is_valid else None


def _read_identity(raw: str) -> str | None:
    if parse_identity("resident_id", raw).problem == "checksum":
        return None  # a slip of the pen, not a number of another kind
    found = parse_identity(None, raw)
    is_one = found.problem is None and found.type != "social_credit_code"
    return found.number if is_one else None


def _read_status(raw: str) -> str | None:
    status = code.parse_status(raw)
    return status if status in _STATUSES else None


def _one_of(codes: Iterable[str]) -> str:
    return f"one of {', '.join(codes)}"


_TEXT = "text, not blank"
# Erased is what has been done to a person's data; nobody makes it so by saying it.
_STATUSES = tuple(status for status in code.STATUSES if status != "erased")
# How each field is read, and what a person is told to write. Who may be one customer is decided by
# the kind, which only the channel can correct. A type follows its number.
FIELDS: Mapping[str, Mapping[str, tuple[Reading, str]]] = {
    "customer": {
        "legal_name": (_read_text, _TEXT),
        "short_name": (_read_text, _TEXT),
        "name_pinyin": (clean, _TEXT),
        "region_code": (_read_region, "the six digits of a region in force"),
        "industry_code": (parse_industry, "a section or division of GB/T 4754, as I or I65"),
        "level_code": (code.parse_level, _one_of(code.LEVELS)),
        "lifecycle_code": (code.parse_lifecycle, _one_of(code.LIFECYCLES)),
        "website": (parse_website, "a host name or an address that begins with http"),
        "language_code": (code.parse_language, "zh-CN, zh-TW, zh-HK, or two letters, as en"),
        "currency_code": (code.parse_currency, "three letters, as CNY"),
        "status": (_read_status, _one_of(_STATUSES)),
        "identity.social_credit_code": (_read_company_code, "18 characters; the last is checked"),
        "identity.identity_number": (_read_identity, "the whole number; check digits count"),
        "identity.birth_on": (_read_birth, "a day, as 2001-12-31"),
        "finance.credit_limit_amount": (_read_amount, "a number, as 50000.00"),
        "finance.credit_rating_code": (code.parse_credit_rating, _one_of(code.CREDIT_RATINGS)),
        "finance.payment_method_code": (code.parse_payment_method, _one_of(code.PAYMENT_METHODS)),
        "finance.payment_terms_code": (code.parse_payment_terms, _one_of(code.PAYMENT_TERMS)),
        "free_text.remark": (clean, _TEXT),
    },
    "contact": {
        "name": (_read_text, _TEXT),
        "name_pinyin": (clean, _TEXT),
        "title": (_read_text, _TEXT),
        "role_code": (code.parse_contact_role, _one_of(code.CONTACT_ROLES)),
    },
}
_NEVER_EMPTY = ("legal_name", "name", "status")


def pin(
    source_key: str,
    field: str,
    value: str | None,
    author: str,
    reason: str,
    until_on: date | None = None,
) -> int:
    """Store a pin, in place of an earlier one of the same record and field; returns its id.

    It takes effect at the next build, and is taken back as any decision is.

    Args:
        source_key: whose customer it speaks of.
        field: a golden field; sealed ones as ``identity.birth_on``.
        value: as a person writes it; None empties the field.
        author: who decides; kept with the pin and in the audit log.
        reason: why; the same. Neither may hold the value.
        until_on: the last day on which it holds; None: for good.

    Raises:
        HubError: no reason was given, there is no such record or field, the value is none of that
            field, the field may not be empty, or the pin would have expired already.
    """
    with db.hold_lock("match"), db.begin() as connection:
        record = _find_record(connection, source_key)
        values = _read_value(record, source_key, field, value)
        as_of_on = read_as_of(connection)
        if until_on is not None and as_of_on is not None and until_on < as_of_on:
            raise HubError(
                f"the pin would have ended before {as_of_on}, up to which the hub is built",
                where=f"{source_key} {field}",
                hint="give a later day, or none",
            )
        row = sql.rows(
            connection, "match/insert_decision", kind="pin", left_key=source_key, right_key=None,
            field=field, author=author, reason=reason,
        )[0]  # fmt: skip
        segment = field.partition(".")[0] if "." in field else _PLAIN_SEGMENT
        reference = f"source:{source_key}"
        salt = ensure_salts(connection, [reference])[reference]
        sealed = keys.sealer().seal(TABLE, segment, str(row.decision_id), salt, values)
        replaced = sql.rows(
            connection, "match/insert_pin", decision_id=row.decision_id, source_key=source_key,
            field=field, segment=segment, value_sealed=sealed if values else None,
            until_on=until_on, author=author,
        )  # fmt: skip
        sql.run(connection, "match/queue_records", keys=[source_key], entity=record.entity)
        append_entry(
            connection, author, "decide pin", f"decision {row.decision_id}", reason,
            before=[each.decision_id for each in replaced],
            after=[source_key, field, values, until_on and until_on.isoformat()],
        )  # fmt: skip
    return int(row.decision_id)


def _find_record(connection: Connection, source_key: str) -> Row[tuple[str, str, str | None]]:
    rows = sql.rows(connection, "match/select_decision_ends", keys=[source_key])
    if not rows:
        raise HubError(
            "there is no such source record",
            where=source_key,
            hint="source keys are <channel>/<entity>/<source id>",
        )
    return rows[0]


def _read_value(
    record: Row[tuple[str, str, str | None]], source_key: str, field: str, value: str | None
) -> dict[str, str]:
    """Return the pinned field in the hub's own form, and what follows it; empty for a clear."""
    fields = FIELDS[record.entity]
    where = f"{source_key} {field}"
    if field not in fields:
        raise HubError(
            f"a {record.entity} has no field of that name that can be pinned",
            where=where,
            hint=f"there are: {', '.join(fields)}",
        )
    if value is None:
        if field in _NEVER_EMPTY:
            raise HubError("this field may not be empty", where=where, hint="pin a value")
        return {}
    parse, form = fields[field]
    read = parse(value.strip())
    if not read:
        raise HubError("this is no value of that field", where=where, hint=f"write {form}")
    return {field: read, **_follow(field, read, record.kind)}


def _follow(field: str, value: str, kind: str | None) -> dict[str, str]:
    if field in ("legal_name", "name"):
        pinyin = to_pinyin(value, is_name=kind != "organisation")
        return {"name_pinyin": pinyin} if pinyin else {}
    if field == "identity.identity_number":
        return {"identity.identity_type": parse_identity(None, value).type}
    return {}
