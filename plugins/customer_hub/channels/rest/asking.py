"""What the TOML says of asking: requests, how lists are paged, and how changes are found."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Table(BaseModel):
    """A table of the TOML: no key but the known ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Request(Table):
    """One request. Texts have places to fill, such as {id}; which there are depends on its use."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: str = Field(pattern="^/", description="below the address of the connection")
    params: dict[str, str] = Field({}, description="of the query; one without a value is left out")
    body: Any = Field(None, description="sent as JSON")
    rate: str = Field("", description="a name below [rates]: its own, slower budget")


class PagePaging(Table):
    """Pages by number: {page}."""

    kind: Literal["page"]
    first: int = 1


class OffsetPaging(Table):
    """Pages by the number of rows before them: {offset}."""

    kind: Literal["offset"]


class CursorPaging(Table):
    """Pages by a token that the answer holds: {cursor}, left out of the first request."""

    kind: Literal["cursor"]
    next: str = Field(description="path to the next token")
    more: str = Field("", description="path to a boolean: true while pages follow")
    end: str = Field("", description="path to a boolean: true on the last page")


class LinkPaging(Table):
    """Pages by the Link header, rel=next."""

    kind: Literal["link"]


class NextPaging(Table):
    """Pages by an address in the body."""

    kind: Literal["next"]
    next: str = Field(description="path to the address of the next page")


class SinglePaging(Table):
    """All rows in one answer."""

    kind: Literal["single"]


Paging = Annotated[
    PagePaging | OffsetPaging | CursorPaging | LinkPaging | NextPaging | SinglePaging,
    Field(discriminator="kind"),
]


class Listing(Table):
    """A list: its request, where its rows stand, and how it is paged."""

    request: Request
    rows: str = Field(description="path to the list of rows")
    total: str = Field("", description="path to the number of all rows of the query")
    total_header: str = Field("", description="or the header that tells it")
    size: int = Field(100, ge=1, description="the largest page; {size} is at most this")
    paging: Paging = SinglePaging(kind="single")


class _Changes(Listing):
    update: str = Field(
        "", description="path to the time by which the system filters: rows are held against it"
    )
    time_format: str = Field(
        "iso",
        description="how {lower} and {upper} are written: iso, seconds, millis, or strftime; with %f"
        " where times have fractions of a second and a bound is not the usual one",
    )


class Within(Listing):
    """The rows of one second [{lower}, {upper}) by ascending id, those above {after_id}."""

    first_id: str = Field("0", description="{after_id} of the first page")


class UpdatedSince(_Changes):
    """Rows of [{lower}, {upper}), oldest change first."""

    cursor: Literal["updated_since"]
    lower_bound: Literal["inclusive", "exclusive"] = "inclusive"
    upper_bound: Literal["inclusive", "exclusive"] = "exclusive"
    within: Within | None = Field(
        None, description="for a second of more rows than a page; without it: by pages"
    )


class OpaqueCursor(_Changes):
    """An export from {lower} on that goes by tokens and ends when the present is reached.

    A filter that is ignored costs time here and hides nothing, so `update` may be left out.
    """

    cursor: Literal["opaque_cursor"]


class WindowOnly(_Changes):
    """Rows of [{lower}, {upper}) in any order."""

    cursor: Literal["window_only"]
    lower_bound: Literal["inclusive", "exclusive"] = "inclusive"
    upper_bound: Literal["inclusive", "exclusive"] = "exclusive"
    max_rows: int | None = Field(None, ge=1, description="rows that one query shows at most")


Changes = Annotated[UpdatedSince | OpaqueCursor | WindowOnly, Field(discriminator="cursor")]


class One(Table):
    """One record by {id}; 404 says that there is none."""

    request: Request
    row: str = Field("", description="path to the record; empty: the whole body")


class Many(Table):
    """Records by {ids}: a list in a body, joined by commas in a text."""

    request: Request
    key: str = Field("", description="{ids} is a list of tables, each with its id under this key")
    rows: str
    size: int = Field(100, ge=1, description="ids a request")


class Child(Listing):
    """Rows that belong to a record and that only a request of their own shows; {id} is its id."""

    into: str = Field(pattern="^[A-Za-z_]+$", description="the key of the payload that takes them")
