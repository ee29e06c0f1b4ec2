"""The files of a dry run, for the person who asked: errors by row, and changes by row and field."""

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from customer_hub.bulk.file import ImportFile
from customer_hub.bulk.kept_back import read_kept_back
from customer_hub.bulk.rows import RowResult
from customer_hub.channels.manual.template import COLUMNS
from customer_hub.revealing import Value
from customer_hub.values.spreadsheet import escape_formula

ERRORS, CHANGES = "errors.csv", "changes.csv"
_UTF_8 = "utf-8-sig"  # spreadsheets show Chinese only behind the mark
# What should have held of a line that nobody can follow.
_CAUSES = {
    "columns": ("The row has as many cells as the header", "行的列数与表头一致"),
    "nul": ("No NUL character stands in the row", "行中没有空字符"),
    "encoding": ("Every character can be read in the file's encoding", "所有字符符合文件编码"),
    "key": ("The row has a customer_no of at most 200 characters", "有客户编号（最多200个字符）"),
    "action": ("The action is add, change or delete", "操作为add、change或delete"),
    "clear": ("CLEAR stands only in columns that can be emptied", "CLEAR只用于可清空的列"),
    "twice": ("The customer_no stands once in the file", "客户编号在文件中只出现一次"),
    "rounded": ("No number was rounded by a spreadsheet", "数字未被表格软件取整"),
    "number": ("No number has lost digits in a spreadsheet", "数字未在表格软件中丢失位数"),
    "formula": ("Every formula has a computed value", "公式已有计算结果"),
    "error": ("No cell holds an error of a spreadsheet", "单元格没有表格错误"),
}

# The cells that a rule judges: suites speak of facts (`mail_is_valid`), people of columns. Those of a word
# (`level_known`) are found by it.
_CELLS = {
    "id_present": "customer_no",
    "name_present": "name, surname, given_name, company",
    "name_without_controls": "name, surname, given_name, company, short_name",
    "company_code_fits_kind": "kind, social_credit_code",
    "identity_valid": "identity_type, identity_number",
    "identity_fits_kind": "kind, identity_type",
    "identity_has_type": "identity_type",
    "birth_fits_kind": "kind, birth_date",
    "birth_matches_identity": "birth_date, identity_number",
    "birth": "birth_date",
    "phone": "phone, mobile, fax",
    "reachable": "phone, mobile, mail",
    "postcode": "address_postcode",
    "address": "address_raw, address_province, address_city, address_district, address_postcode",
    "credit_limit_has_currency": "currency",
}


@contextmanager
def writing_report(
    folder: Path | None, stem: str, *, has_values: bool
) -> Iterator[Callable[[RowResult], None]]:
    """Yield what takes the rows of a dry run and writes `<stem>.errors.csv` and `.changes.csv`.

    Only their owner may read them.

    Args:
        folder: where; None writes nothing.
        stem: how their names begin.
        has_values: the changes are written, with old and new values, and the errors with the cells
            of their row; else the errors alone, without any value.
    """
    if folder is None:
        yield lambda result: None
        return
    with ExitStack() as stack:
        errors = csv.writer(
            stack.enter_context(_writing(folder / f"{stem}.{ERRORS}")), quoting=csv.QUOTE_NONNUMERIC
        )
        header = ["line", "column", "rule", "severity", "english", "chinese"]
        errors.writerow([*header, *(COLUMNS if has_values else ())])
        changes = None
        if has_values:
            changes = csv.writer(
                stack.enter_context(_writing(folder / f"{stem}.{CHANGES}")),
                quoting=csv.QUOTE_NONNUMERIC,
            )
            changes.writerow(["line", "outcome", "golden_id", "field", "old", "new"])

        def write(result: RowResult) -> None:
            cells = _show_cells(result.cells) if has_values else []
            errors.writerows([result.line, *error, *cells] for error in _list_errors(result))
            if changes is not None:
                changes.writerows(_list_changes(result))

        yield write


def write_errors(folder: Path | None, file: ImportFile, author: str, window_id: int) -> None:
    """Write the errors of a file that landed, as `<stem>.errors.csv`, without values."""
    with writing_report(folder, file.path.stem, has_values=False) as tell:
        for result in read_kept_back(file, author, window_id):
            tell(result)


@contextmanager
def _writing(path: Path) -> Iterator[IO[str]]:
    """Open a report; of a file that is refused whole none stays: it would look like one of no error."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)  # another's rights would stay
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", newline="", encoding=_UTF_8) as file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _list_errors(result: RowResult) -> Iterator[Sequence[str]]:
    if result.cause:
        english, chinese = _CAUSES[result.cause]
        yield str(result.cells.get("_column", "")), result.cause, "critical", english, chinese
        return
    for rule in result.rules:
        yield find_cells(rule.name), rule.name, rule.severity, rule.english, rule.chinese


def find_cells(rule: str) -> str:
    """Return the columns of the template that a rule judges; "" of a rule on the row as a whole."""
    words = rule.split("_")
    heads = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
    return next((_CELLS.get(head, head) for head in heads if head in _CELLS or head in COLUMNS), "")


def _list_changes(result: RowResult) -> Iterator[Sequence[object]]:
    head = (result.line, result.outcome, result.golden_id or "")
    for each in result.fields:
        yield *head, each.field, _write(each.before), _write(each.after)
    if not result.fields:
        yield *head, "", "", ""


def _show_cells(cells: Mapping[str, object]) -> list[str]:
    return [escape_formula(str(cells.get(name, ""))) for name in COLUMNS]


def _write(values: Sequence[Value]) -> str:
    return escape_formula("; ".join(each.text or f"({each.state})" for each in values))
