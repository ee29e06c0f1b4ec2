"""Who reads, the form token that proves a search is theirs, and the search they made last.

A search is kept sealed in the reader's own cookie: so its page can be loaded again and gone back
to, while what was searched for stands in no URL, no log and no clear text on the reader's disk.
"""

import base64
import hmac
from dataclasses import dataclass

from customer_hub.core.errors import SealError
from customer_hub.core.seal import SALT_BYTES, Sealer, new_salt

SEARCH_COOKIE = "hub_search"
SEARCH_SECONDS = 900
_TABLE = "steward.search"
_SEGMENT = "index"


@dataclass(frozen=True, slots=True)
class Steward:
    """The person who reads, as Airflow knows them: an id, never a name."""

    user_id: str


def make_token(sealer: Sealer, steward: Steward) -> str:
    """Return the token that this person's forms carry; nobody else's form can."""
    return sealer.blind("steward.form", steward.user_id).hex()


def is_token(sealer: Sealer, steward: Steward, token: str) -> bool:
    """Tell whether a form came from a page that was made for this person."""
    return hmac.compare_digest(make_token(sealer, steward).encode(), token.encode())


def seal_search(sealer: Sealer, steward: Steward, text: str) -> str:
    """Return what the cookie holds of a search: sealed, and for this person only."""
    salt = new_salt()
    sealed = sealer.seal(_TABLE, _SEGMENT, steward.user_id, salt, text)
    return base64.urlsafe_b64encode(salt + sealed).decode("ascii")


def open_search(sealer: Sealer, steward: Steward, cookie: str | None) -> str | None:
    """Return the search that the cookie holds; None when there is none of this person's."""
    try:
        blob = base64.urlsafe_b64decode((cookie or "").encode())
        return str(
            sealer.unseal(_TABLE, _SEGMENT, steward.user_id, blob[:SALT_BYTES], blob[SALT_BYTES:])
        )
    except (ValueError, IndexError, SealError):
        return None
