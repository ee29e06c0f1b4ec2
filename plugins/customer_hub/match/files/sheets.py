"""What a program for sheets does to numbers on the way to a file, undone as far as can be."""

import pyarrow as pa
import pyarrow.compute as pc

_ROUNDED = r"^\d(\.\d{1,6})?[Ee]\+1\d$"
_WHOLE = r"^\d+\.0$"


def undo_sheets(table: pa.Table) -> tuple[pa.Table, list[str]]:
    """Return the table without what programs for sheets make of numbers, and what to tell of it.

    A number with gaps in its column becomes 13900000000.0; a long one 1.39E+10: its digits are lost.

    Args:
        table: columns of text.
    """
    notes = []
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if pa.types.is_null(column.type):
            continue
        rounded = pc.match_substring_regex(column, _ROUNDED)
        if count := pc.sum(rounded).as_py():
            notes.append(f"{name}: {count:,} numbers left out, rounded by a sheet to 1.39E+10")
            column = pc.if_else(rounded, None, column)
            table = table.set_column(place, name, column)
        if pc.all(pc.match_substring_regex(column, _WHOLE)).as_py() and column.null_count < len(
            column
        ):
            table = table.set_column(place, name, pc.utf8_slice_codeunits(column, 0, -2))
    return table, notes
