"""A column template: which column of a file is which raw field, as an entity's TOML declares it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from customer_hub.channels.encodings import BIG5, GB18030, UTF_8, UTF_16
from customer_hub.channels.file_rows import Columns, Kind
from customer_hub.core.file_faults import name_nearest

DELETE = "delete"
_ADDRESS = ("raw", "country", "province", "city", "district", "street", "postcode")
# The fields that a column can be; `id` names the record.
FIELDS: dict[str, tuple[str, ...]] = {
    "customer": (
        "id", "created", "modified", "kind", "name", "surname", "given_name", "company",
        "short_name", "social_credit_code", "identity_type", "identity_number", "birth_date",
        "website", "industry", "level", "lifecycle", "language", "currency", "credit_limit",
        "credit_rating", "payment_method", "payment_terms", "remark", "status", "parent", "tags",
        "phone", "mobile", "fax", "mail", *(f"address_{part}" for part in _ADDRESS),
    ),
    "sales_order": (
        "id", "ordered", "modified", "customer", "currency", "payment_method", "line_no",
        "product_code", "product_name", "category", "quantity", "price", "amount", "is_return",
        "origin",
    ),
}  # fmt: skip
_NEEDED = {"customer": ("id",), "sales_order": ("id", "ordered", "line_no", "amount")}
_KINDS: dict[Kind, frozenset[str]] = {
    "code": frozenset(
        {
            *("id", "customer", "origin", "parent", "phone", "mobile", "fax", "identity_number"),
            *("social_credit_code", "address_postcode", "line_no", "product_code"),
        }
    ),
    "amount": frozenset({"credit_limit", "quantity", "price", "amount"}),
    "date": frozenset({"birth_date"}),
    "time": frozenset({"created", "modified", "ordered"}),
}
_PROBE = datetime(2003, 2, 1, 4, 5, 6)  # noqa: DTZ001 - only its digits count


def _to_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Headers = Annotated[tuple[str, ...], BeforeValidator(_to_tuple), Field(min_length=1)]


class Template(BaseModel):
    """How the files of one entity are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1, description="count it up when the sender changes the columns")
    format: Literal["csv", "xlsx"] = "csv"
    encoding: Literal["utf-8", "utf-16", "gb18030", "big5"] | None = Field(
        None, description="of a CSV whose header is ASCII, where more than one would fit"
    )
    delimiter: Literal[",", ";", "\t", "|"] = ","
    sheet: str | None = Field(None, description="of a workbook; without it, the only one")
    stable_seconds: float | None = Field(
        None, gt=0, le=600, description="the sender leaves no .done: size and time twice instead"
    )
    times: tuple[str, ...] = Field((), description="strptime forms beside the ISO ones")
    decimal: Literal[".", ","] = "."
    optional: tuple[str, ...] = Field((), description="fields whose column may be missing")
    ignored: tuple[str, ...] = Field((), description="known headers without a field")
    columns: dict[str, Headers] = Field(description="field = header, or several spellings of it")
    values: dict[str, dict[str, str]] = Field({}, description="by field: code = what it stands for")
    fixed: dict[str, str] = Field({}, description="field = what every row has")

    @cached_property
    def header(self) -> Columns:
        """The header, as files are read by it; a payload's key is a column's first spelling."""
        spelled = {each: names[0] for names in self.columns.values() for each in names}
        optional = {self.columns[name][0] for name in self.optional}
        known = [*(names[0] for names in self.columns.values()), *self.ignored]
        return Columns(
            required=tuple(name for name in known if name not in optional),
            spellings=spelled | {name: name for name in self.ignored},
            kinds={
                self.columns[name][0]: kind
                for kind, names in _KINDS.items()
                for name in names
                if name in self.columns
            },
            title=f" (template version {self.version})",
        )

    def read_cell(self, payload: Mapping[str, Any], field: str) -> Any:
        """Return the cell of a field as it stands; None when the file has no such column."""
        names = self.columns.get(field)
        return payload.get(names[0]) if names else None

    def list_encodings(self) -> tuple[str, ...]:
        """Return the encodings that a file may have."""
        return (self.encoding,) if self.encoding else (UTF_8, GB18030, BIG5, UTF_16)

    def deciding(self) -> dict[str, Any]:
        """Return what decides how payloads map: all of it but how files are found and read."""
        kept = {"version", "times", "decimal", "ignored", "values", "fixed"}
        columns = {field: names[0] for field, names in self.columns.items()}
        return {"columns": columns, **self.model_dump(mode="json", include=kept)}


def list_faults(entity: str, template: Template) -> Iterator[str]:
    """Yield what is wrong with a template, each fault by itself."""
    fields = FIELDS.get(entity)
    if fields is None:
        yield f"{entity}: a template is for {' and '.join(FIELDS)}"
        return
    named: dict[str, Iterable[str]] = {
        "columns": template.columns,
        "values": template.values,
        "fixed": template.fixed,
        "optional": template.optional,
    }
    for part, names in named.items():
        for name in names:
            if name not in fields:
                yield f"{entity}.template.{part}: no field {name}{name_nearest(name, fields)}"
            elif part in ("values", "optional") and name not in template.columns:
                yield f"{entity}.template.{part}: {name} has no column"
            elif part == "fixed" and name in template.columns:
                yield f"{entity}.template.fixed: {name} has a column"
    for name in _NEEDED[entity]:
        if name not in template.columns or name in template.optional:
            yield f"{entity}.template.columns: {name} must have a column that is always there"
    yield from _list_header_faults(entity, template)
    yield from _list_form_faults(entity, template)


def _list_header_faults(entity: str, template: Template) -> Iterator[str]:
    headers = [each for names in template.columns.values() for each in names]
    headers += template.ignored
    for header in sorted(set(headers)):
        if headers.count(header) > 1:
            yield f"{entity}.template.columns: {header} is named twice"
        if header != header.strip() or not header:
            yield f"{entity}.template.columns: {header!r} is blank or has blanks around it"


def _list_form_faults(entity: str, template: Template) -> Iterator[str]:
    given = template.model_fields_set
    strange = {"csv": {"sheet"}, "xlsx": {"encoding", "delimiter"}}[template.format] & given
    for name in sorted(strange):
        yield f"{entity}.template.{name}: not for {template.format}"
    for form in template.times:
        read = {_reread(form, other) for other in template.times} - {None}
        if _reread(form, form) != _PROBE.date():
            yield f"{entity}.template.times: {form} does not tell the day"
        elif len(read) > 1:
            yield f"{entity}.template.times: {form} can be read as another of them"
    deleting = [name for name, codes in template.values.items() if DELETE in codes.values()]
    if deleting not in ([], ["status"]) or (deleting and entity != "customer"):
        yield f"{entity}.template.values: only the status of a customer can say {DELETE}"


def _reread(form: str, other: str) -> date | None:
    """Return the day that `other` reads from what `form` writes; None where it reads none."""
    try:
        return datetime.strptime(_PROBE.strftime(form), other).date()  # noqa: DTZ007
    except ValueError:
        return None
