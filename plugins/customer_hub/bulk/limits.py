"""How much one person may import alone."""

from sqlalchemy import Connection

from customer_hub.core import sql
from customer_hub.core.settings import settings

_FEW = 20  # rows; a share of a small master says little


def needs_approval(connection: Connection, landed: int) -> bool:
    """Tell whether an import that lands so many rows needs a second person."""
    limits = settings()
    if landed > limits.import_rows:
        return True
    customers = sql.rows(connection, "bulk/count_customers")[0].customer_count
    return landed >= _FEW and landed > limits.import_share * customers
