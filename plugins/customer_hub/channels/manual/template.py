"""The template: its versions, its columns, what its cells may say, and the mark of an export."""

import hashlib
import json
from collections.abc import Mapping

from customer_hub.channels.file_rows import Kind

TITLE = "#customer-hub template"
SHEET = "customer_v"
ACTIONS = ("add", "change", "delete")
CLEAR = "CLEAR"
AUTHOR = "_author"

SCALARS = (
    "kind", "name", "surname", "given_name", "company", "short_name", "social_credit_code",
    "identity_type", "identity_number", "birth_date", "website", "industry", "level", "lifecycle",
    "language", "currency", "credit_limit", "credit_rating", "payment_method", "payment_terms",
    "remark", "status", "parent", "created",
)  # fmt: skip
PHONES = ("phone", "mobile", "fax")
ADDRESS = ("raw", "country", "province", "city", "district", "street", "postcode")
COLUMNS = (
    "action", "customer_no", *SCALARS, "tags", *PHONES, "mail", "address_type",
    *(f"address_{part}" for part in ADDRESS),
)  # fmt: skip
# Of an exported row: tells whether somebody changed it since.
MARK = "export_mark"
VERSIONS: dict[int, tuple[str, ...]] = {1: COLUMNS, 2: (*COLUMNS, MARK)}
NEWEST = max(VERSIONS)
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("customer_no", "parent", *PHONES, "address_postcode"), "code"),
    **dict.fromkeys(("social_credit_code", "identity_number"), "code"),
    "credit_limit": "amount",
    "birth_date": "date",
}


def mark_row(cells: Mapping[str, str]) -> str:
    """Return the mark of an exported row: equal marks, equal cells."""
    texts = [cells.get(name, "").strip() for name in COLUMNS]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]
