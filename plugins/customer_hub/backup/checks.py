"""What a restored database is asked before its backup counts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from customer_hub.backup.key_backup import SegmentKeys
from customer_hub.backup.manifest import GOLDEN, Manifest
from customer_hub.backup.opening import open_everything
from customer_hub.backup.reports import Check
from customer_hub.backup.tables import CopiedTable, list_tables
from customer_hub.core import audit, db, sql
from customer_hub.core.errors import SealError
from customer_hub.core.seal import Sealer
from customer_hub.core.table_hash import hash_tables

_COMPARERS = 2
# Statements that count what must not be.
_CLOSURES = {
    "foreign keys": "backup/count_unchecked_keys",
    "crosswalk": "backup/count_broken_crosswalk",
    "golden records": "backup/count_broken_golden",
    "lineage": "backup/count_broken_lineage",
}


def compare_tables(url: str, parts: Sequence[Manifest]) -> Check:
    """Compare the number of rows and the content hash of every table with those of parts."""
    wanted = {name: table for part in parts for name, table in part.tables.items()}
    names = [part.part for part in parts]
    with db.begin(url) as connection:
        tables = [table for table in list_tables(connection) if table.part in names]

    def is_equal(place: int) -> bool:
        table = tables[place]
        with db.begin(url) as connection:
            copied = CopiedTable(connection, table)
            for _ in copied:
                pass
        found = wanted.get(table.name)
        return found is not None and (found.rows, found.sha256) == (copied.rows, copied.sha256)

    with ThreadPoolExecutor(_COMPARERS) as pool:
        equal = list(pool.map(is_equal, range(len(tables))))
    different = {table.name for table, same in zip(tables, equal, strict=True) if not same}
    different |= wanted.keys() - {table.name for table in tables}
    rows = sum(part.row_count for part in parts)
    found = f"{len(tables)} tables, {rows} rows equal"
    if different:
        found = f"restored content differs in {', '.join(sorted(different))}"
    name = "content" if "data" in names else "content of the keys"
    return Check(name=name, is_passed=not different, found=found)


def check_closures(url: str) -> list[Check]:
    """Look for rows that point at nothing, and whether the audit log is whole.

    The schema is the present one.
    """
    with db.begin(url) as connection:
        found = {name: sql.rows(connection, by)[0].broken for name, by in _CLOSURES.items()}
        entry = audit.verify_chain(connection)
    checks = [
        Check(name=name, is_passed=not broken, found=f"{broken} broken")
        for name, broken in found.items()
    ]
    chain = "whole" if entry is None else f"broken at entry {entry}"
    return [*checks, Check(name="audit chain", is_passed=entry is None, found=chain)]


def open_sealed(
    url: str, segment_keys: SegmentKeys, golden_sha256: str | None
) -> tuple[list[Check], int]:
    """Open every sealed value with the restored keys, and hash the golden customers.

    Args:
        url: the restored database; its schema is the present one.
        segment_keys: from the key backup.
        golden_sha256: what the hash was; None: not to be compared.

    Returns:
        The checks, and how many values were opened.
    """
    sealer = Sealer(segment_keys)
    try:
        with db.begin(url) as connection:
            opened = open_everything(connection, sealer)
            golden = hash_tables(connection, sealer, (GOLDEN,))[GOLDEN]
    except SealError as error:
        return [Check(name="sealed values", is_passed=False, found=error.what)], 0
    checks = [Check(name="sealed values", is_passed=True, found=f"{opened} opened")]
    if golden_sha256 is not None:
        is_same = golden == golden_sha256
        found = golden if is_same else f"{golden}, not {golden_sha256}"
        checks.append(Check(name="golden hash", is_passed=is_same, found=found))
    return checks, opened
