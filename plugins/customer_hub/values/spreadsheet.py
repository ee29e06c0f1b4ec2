"""Cells that a spreadsheet would take for a formula: made plain text, and back again. Pure."""

import re

# What OWASP names for CSV injection, with the full-width forms that some programs read alike.
_RISKY = "=+\\-@\t\r\n＝＋－＠"
_escapable = re.compile(f"'*[{_RISKY}]")
_escaped = re.compile(f"'+[{_RISKY}]")


def escape_formula(cell: str) -> str:
    """Put a quote before what a spreadsheet would compute; a phone that begins with + too."""
    return f"'{cell}" if _escapable.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Take the quote of `escape_formula` away again: the two are each other's inverse."""
    return cell[1:] if _escaped.match(cell) else cell
