"""The columns of an export: how each is read from a golden record, and what the template calls it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from customer_hub.bulk.file import CHANNEL
from customer_hub.channels.manual.reading import ENTITY
from customer_hub.channels.manual.template import ADDRESS, MARK, NEWEST, PHONES, VERSIONS, mark_row
from customer_hub.core.landing import source_key
from customer_hub.merge.rules import CUSTOMER_FIELDS, SEALED_FIELDS
from customer_hub.revealing import Value
from customer_hub.values.masking import mask_address, mask_identity, mask_point

POINTS = (*PHONES, "mail")
_HIDDEN = ("name_pinyin",)
# Column -> the golden field that it shows; "" for what has a way of its own.
COLUMNS: dict[str, str] = {
    "golden_id": "",
    **{name: name for name in CUSTOMER_FIELDS if name not in _HIDDEN},
    **{name: f"{part}.{name}" for part, names in SEALED_FIELDS.items() for name in names},
    "tags": "tags",
    **dict.fromkeys(POINTS, "points"),
    "address": "addresses",
    "channels": "",
    "quality": "",
    "confidence": "",
    "changed_at": "",
}
# What is found out for an export: whether a rule warned of a record; how sure it is that all are of one.
TOLD = {"quality": ("clean", "warned"), "confidence": ("sole", "likely", "sure")}
MASKS = frozenset({*POINTS, "address", *SEALED_FIELDS["identity"]})
TEMPLATE = VERSIONS[NEWEST]
# What a cell of the template shows of a golden record; the others stay blank: no opinion.
_FILLED = {
    "kind": "kind", "name": "legal_name", "short_name": "short_name",
    "social_credit_code": "social_credit_code", "identity_type": "identity_type",
    "identity_number": "identity_number", "birth_date": "birth_on", "website": "website",
    "industry": "industry_code", "level": "level_code", "lifecycle": "lifecycle_code",
    "language": "language_code", "currency": "currency_code",
    "credit_limit": "credit_limit_amount", "credit_rating": "credit_rating_code",
    "payment_method": "payment_method_code", "payment_terms": "payment_terms_code",
    "remark": "remark", "status": "status", "tags": "tags", **{name: name for name in POINTS},
}  # fmt: skip
TEMPLATE_NEEDS = (*_FILLED.values(), "address")
_SEPARATOR = ";"
Values = Mapping[str, Sequence[Value]]


def list_segments(columns: Sequence[str]) -> frozenset[str]:
    """Return the sealed segments that columns are read from."""
    sealed = {COLUMNS[name].partition(".")[0] for name in columns if "." in COLUMNS[name]}
    is_child = any(COLUMNS[name] in ("points", "addresses") for name in columns)
    return frozenset(sealed | ({"contact"} if is_child else set()))


def show_columns(
    row: Row[Any], values: Values, columns: Sequence[str], masked: frozenset[str]
) -> dict[str, str]:
    """Return the cells of a golden record.

    Args:
        row: its version.
        values: of the version, opened whole.
        columns: out of COLUMNS.
        masked: those of them that are shown as masks.
    """
    return {name: _show(row, values, name, is_masked=name in masked) for name in columns}


def show_template(row: Row[Any], values: Values) -> dict[str, str]:
    """Return a golden record as a row of the template, with its mark; whole."""
    shown = show_columns(row, values, list(_FILLED.values()), frozenset())
    cells = dict.fromkeys(TEMPLATE, "") | {name: shown[from_] for name, from_ in _FILLED.items()}
    cells["action"] = "change"
    cells["customer_no"] = _find_number(row)
    for type_, parts in _open_children(values.get("addresses", ()))[:1]:
        cells["address_type"] = type_
        cells |= {f"address_{part}": parts[part] for part in ADDRESS if parts.get(part)}
    return cells | {MARK: mark_row(cells)}


def _find_number(row: Row[Any]) -> str:
    """Return the number under which the template knows a customer: its own, else the golden id."""
    prefix = source_key(CHANNEL, ENTITY, "")
    own = sorted(key.removeprefix(prefix) for key in row.member_keys if key.startswith(prefix))
    return own[0] if own else str(row.golden_id)


def _show(row: Row[Any], values: Values, name: str, *, is_masked: bool) -> str:
    if name == "golden_id":
        golden_id: UUID = row.golden_id
        return str(golden_id)
    if name == "changed_at":
        return str(row.recorded_from.isoformat())
    if name == "channels":
        return _join(sorted({key.partition("/")[0] for key in row.member_keys}))
    if name in TOLD:
        return str(getattr(row, name))
    found = values.get(COLUMNS[name], ())
    if name in POINTS:
        numbers = [each["value"] for type_, each in _open_children(found) if type_ == name]
        return _join(mask_point(name, each) if is_masked else each for each in numbers)
    if name == "address":
        places = [each for _, each in _open_children(found)]
        return _join(mask_address(each) if is_masked else _write_address(each) for each in places)
    texts = [each.text for each in found if each.text]
    return _join(mask_identity(name, text) if is_masked else text for text in texts)


def _open_children(values: Sequence[Value]) -> list[tuple[str, dict[str, str]]]:
    """Return type and content of the children that open."""
    contents: list[Any] = [each.content for each in values if each.state == "clear"]
    return [(content[0], dict(content[-1])) for content in contents]


def _write_address(parts: Mapping[str, str]) -> str:
    return " ".join(parts[part] for part in ADDRESS[1:] if parts.get(part)) or parts.get("raw", "")


def _join(texts: Any) -> str:
    return _SEPARATOR.join(texts)
