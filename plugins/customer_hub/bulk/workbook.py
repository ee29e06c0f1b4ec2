"""A workbook of one sheet of texts and numbers, streamed into its zip: nothing of it ever stands elsewhere.

The library that reads workbooks keeps the sheet that it writes in a temporary file, which no person's
data may stand in, and dates what it makes, so that equal content would not be equal bytes.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from customer_hub.core.errors import BadDataError

_MOST_ROWS = 1_048_576
_SHEET = "xl/worksheets/sheet1.xml"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f"""{_HEAD}<Types xmlns="{_LINKS.replace("relationships", "content-types")}">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>
<Override PartName="/{_SHEET}" ContentType="{_TYPES}.worksheet+xml"/></Types>""",
    "_rels/.rels": f"""{_HEAD}<Relationships xmlns="{_LINKS}">
<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""{_HEAD}<Relationships xmlns="{_LINKS}">
<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""",
}
_unwritable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@contextmanager
def writing_sheet(path: Path, name: str) -> Iterator[Callable[[Sequence[str | Decimal]], None]]:
    """Yield what appends a row to the only sheet of a workbook. Equal rows, equal bytes.

    Raises:
        BadDataError: it would have more rows than a sheet can.
    """
    book = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for part, text in {**_PARTS, "xl/workbook.xml": book}.items():
            archive.writestr(_name_part(part), text)
        with archive.open(_name_part(_SHEET), "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            left = _MOST_ROWS

            def append(row: Sequence[str | Decimal]) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise BadDataError(
                        f"more than {_MOST_ROWS} rows",
                        where=name,
                        hint="no sheet holds more: choose csv or jsonl, or a narrower filter",
                    )
                sheet.write(f"<row>{''.join(map(_write_cell, row))}</row>\n".encode())

            yield append
            sheet.write(b"</sheetData></worksheet>")


def _name_part(name: str) -> zipfile.ZipInfo:
    """Return an entry without the moment of its making."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _write_cell(cell: str | Decimal) -> str:
    if isinstance(cell, Decimal):
        return f"<c><v>{cell}</v></c>"
    clean = escape(_unwritable.sub("", cell))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>' if clean else "<c/>"
