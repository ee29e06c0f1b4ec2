"""Law 15: names the statements of include/sql that no test executed. `make test` ends with it.

All processes of a test run append what they execute to the file that HUB_SQL_TRACE names.
"""

import sys
from pathlib import Path

from customer_hub.core.sql import SQL_DIR


def list_statements() -> set[str]:
    """Return the names of all statements: migrations and the snapshot are executed by migrate."""
    names = {str(path.relative_to(SQL_DIR).with_suffix("")) for path in SQL_DIR.rglob("*/*.sql")}
    return {name for name in names if not name.startswith("migrations/")}


def find_unexecuted(trace: Path) -> list[str]:
    """Return the statements that are not in a trace."""
    return sorted(list_statements() - set(trace.read_text(encoding="utf-8").split()))


if __name__ == "__main__":
    unexecuted = find_unexecuted(Path(sys.argv[1]))
    sys.exit("\n".join(f"include/sql/{name}.sql: no test executed it" for name in unexecuted) or 0)
