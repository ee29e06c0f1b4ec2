"""The cells of a row by the fields of its template."""

import re
from collections.abc import Mapping
from typing import Any

from customer_hub.channels.file_drop.layout import Layout
from customer_hub.channels.file_drop.moment import show_iso
from customer_hub.channels.record import as_text
from customer_hub.channels.template import DELETE

_TIMES = frozenset({"created", "modified", "ordered", "birth_date"})
_AMOUNTS = frozenset({"quantity", "price", "amount", "credit_limit"})
# 1.234.567,89: points part thousands only where they stand before three digits each.
_COMMA_AMOUNT = re.compile(r"-?(\d{1,3}([.\s']\d{3})+|\d+)(,\d+)?")


def take_cell(layout: Layout, payload: Mapping[str, Any], field: str) -> str | None:
    """Return the raw text of a field: its fixed value, what its code stands for, or its cell."""
    template = layout.template
    if field in template.fixed:
        return template.fixed[field]
    text = as_text(template.read_cell(payload, field))
    meant = template.values.get(field, {}).get((text or "").strip(), DELETE)
    text = text if meant == DELETE else meant  # a delete is told by its record, not by its status
    if field in _TIMES:
        return show_iso(text, template.times)
    if field in _AMOUNTS and template.decimal == ",":
        return _read_comma(text)
    return text


def _read_comma(text: str | None) -> str | None:
    if not _COMMA_AMOUNT.fullmatch((text or "").strip()):
        return text
    return re.sub(r"[.\s']", "", text or "").replace(",", ".")


def list_unknown(layout: Layout, payload: Mapping[str, Any]) -> list[str]:
    """Return the headers of cells that hold something and that the template does not know."""
    known = {names[0] for names in layout.template.columns.values()} | {*layout.template.ignored}
    return [n for n, value in payload.items() if n not in known and value not in (None, "", [], {})]
