"""What the columns of an export are, for who builds on them: a request may be a contract of types."""

from typing import Literal

from customer_hub.bulk.columns import POINTS

ColumnType = Literal["id", "code", "text", "number", "yes_no", "date", "moment", "list", "mask"]
_NAMED: dict[str, ColumnType] = {
    "golden_id": "id", "kind": "code", "status": "code", "channel": "code", "identity_type": "code",
    "product_code": "text", "quantity": "number", "is_return": "yes_no", "tags": "list", "address": "list",
    "channels": "list", "quality": "code", "confidence": "code",
    **dict.fromkeys(POINTS, "list"),
}  # fmt: skip
_ENDINGS: dict[str, ColumnType] = {
    "_code": "code", "_amount": "number", "_quantity": "number", "_at": "moment", "_on": "date",
}  # fmt: skip


def type_of(column: str) -> ColumnType:
    """Return what the cells of a column are; an empty cell says that there is nothing.

    `id` is a UUID, `code` one word of a list, `number` a decimal, `yes_no` yes or no, `date` and
    `moment` (with its offset) are ISO 8601, `list` holds texts parted by semicolons. What a role
    sees only as a `mask` is that, whatever it is.

    Args:
        column: of an export's customers or orders; of a line with `line.` before it.
    """
    name = column.removeprefix("line.")
    if name in _NAMED:
        return _NAMED[name]
    found = (type_ for ending, type_ in _ENDINGS.items() if name.endswith(ending))
    return next(found, "text")
