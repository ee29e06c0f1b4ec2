"""What the TOML says of writing: slots, updates one by one or in batches, creates, deletes."""

from typing import Literal

from pydantic import Field

from customer_hub.channels.rest.asking import Listing, Request, Table


class Poll(Table):
    """A batch that is worked off later: its job is asked for until it has ended."""

    id: str = Field(description="path to the job's id in the answer to the batch")
    request: Request = Field(description="with {job}")
    state: str = Field(description="path to the job's state")
    done: tuple[str, ...] = Field(min_length=1)
    failed: tuple[str, ...] = ()


class Batch(Table):
    """Many updates in one request: {items}, each with its id, and what became of each."""

    request: Request
    size: int = Field(100, ge=1)
    id: str = Field("id", description="key of the record's id in an item")
    job: Poll | None = None
    results: str = Field(description="path to the list of results")
    result_id: str = Field("id", description="path to the id in a result")
    result_error: str = Field("", description="path that a failed result has")
    errors: str = Field("", description="path to a list of failures")
    error_ids: str = Field("", description="path to the ids (or the id) in a failure")
    error_code: str = Field("", description="path to the reason in a failure, or a failed result")
    missing_codes: tuple[str, ...] = Field((), description="reasons that say: no such record")


class Update(Table):
    """One record: {id} and {item}, the slots as they stand in a record."""

    request: Request
    if_match: bool = Field(
        False, description="send the ETag of `one` as If-Match, with deletes too: 412 is a conflict"
    )


class Existing(Table):
    """Records that a new one would double, searched for by a field that it has."""

    by: str = Field(description="the hub field; {value} is what it holds")
    listing: Listing


class Conflict(Table):
    """How a create says that the record is there already."""

    status: tuple[int, ...] = (409,)
    code: str = Field("", description="path to the code of the refusal")
    codes: tuple[str, ...] = ()
    id: str = Field("", description="path to the existing record's id, or to a text that holds it")
    pattern: str = Field("", description="regular expression; its group is the id in that text")


class Create(Table):
    """A new record: {item} holds `slots` and those that are kept up to date, {hub_id} the id."""

    request: Request
    slots: dict[str, str] = Field(description="hub field to path; those at creation only")
    fixed: dict[str, str] = Field({}, description="path to a value that every new record has")
    id: str = Field(description="path to the new record's id")
    errors: str = Field("", description="path to a list of failures in an answer of 2xx")
    existing: tuple[Existing, ...] = ()
    conflict: Conflict | None = None


class Delete(Table):
    """The deletion of {id}."""

    request: Request


class Write(Table):
    """What the hub writes to an entity."""

    slots: dict[str, str] = Field(min_length=1, description="hub field to its path in a record")
    empty: Literal["null", "text"] = Field("null", description='what empties a slot: null or ""')
    update: Update
    batch: Batch | None = None
    find: Listing = Field(description="records by {hub_id}")
    create: Create | None = None
    delete: Delete | None = None
