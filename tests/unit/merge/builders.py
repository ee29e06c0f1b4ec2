"""Members of a golden record made by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from customer_hub.merge.survive import Candidate

START = datetime(2026, 11, 16, tzinfo=UTC)


def candidate(key: str, day: int = 0, **known: Any) -> Candidate:
    """`key` is `<channel>/<n>`; everything but the fields of Candidate is a value."""
    options = {
        name: known.pop(name)
        for name in ("trust", "is_deleted", "is_downgraded", "cleared")
        if name in known
    }
    return Candidate(
        source_key=key,
        channel=key.split("/")[0],
        version_id=len(key) + day,
        version_at=START + timedelta(days=day),
        values={name.replace("__", "."): value for name, value in known.items()},
        **options,
    )
