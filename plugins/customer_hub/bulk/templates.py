"""The empty template, as CSV or as a workbook, for people to fill in."""

import csv
import io
from pathlib import Path

from customer_hub.channels.config import INCLUDE
from customer_hub.channels.manual.template import NEWEST, SHEET, VERSIONS
from customer_hub.core.errors import HubError

_FOLDER = INCLUDE / "templates"
_WORKBOOK = ".xlsx"


def write_template(out: Path, version: int = NEWEST) -> None:
    """Write an empty template; a name that ends in .xlsx makes a workbook.

    Raises:
        HubError: there is no such version, a file of that name is there, or it is one that no
            import takes.
    """
    if out.suffix.lower() not in (".csv", _WORKBOOK):
        raise HubError(
            "a template is a .csv or .xlsx file", where=out.name, hint="give another --out"
        )
    if version not in VERSIONS:
        known = ", ".join(map(str, VERSIONS))
        raise HubError(f"no version {version}", where="template", hint=f"there are {known}")
    if out.exists():
        raise HubError("a file is there already", where=out.name, hint="give another --out")
    content = (_FOLDER / f"{SHEET}{version}.csv").read_bytes()
    if out.suffix.lower() != _WORKBOOK:
        out.write_bytes(content)
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(f"{SHEET}{version}")
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        sheet.append(row)
    book.save(out)
