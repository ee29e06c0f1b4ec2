"""What the TOML of a system may say, whole: log-in, faults, rates and entities."""

from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from customer_hub.channels.contract import ENTITIES
from customer_hub.channels.rest.asking import Changes, Child, Listing, Many, One, Request, Table
from customer_hub.channels.rest.picking import make_map
from customer_hub.channels.rest.telling import Write


class HeaderAuth(Table):
    """A header that never changes. {login}, {password} and the extra of the connection."""

    kind: Literal["header"]
    header: str = "Authorization"
    value: str = "Bearer {password}"


class BasicAuth(Table):
    """User and password; both may hold more than the connection's own ({login}/token)."""

    kind: Literal["basic"]
    login: str = "{login}"
    password: str = "{password}"  # noqa: S105 - a place to fill, no password


class OAuth2(Table):
    """An access token for client id and secret (login and password), or for a refresh token."""

    kind: Literal["oauth2"]
    grant: Literal["client_credentials", "refresh_token"]
    path: str = Field(pattern="^/", description="where tokens are given")
    scope: str = ""
    client: Literal["body", "basic"] = Field("body", description="where id and secret are sent")


class SessionAuth(Table):
    """A log-in that gives a token for a while."""

    kind: Literal["session"]
    request: Request = Field(description="with {login}, {password} and the extra")
    token: str = Field(description="path to the token in the answer")
    seconds: int = Field(1800, ge=1, description="how long it is used before the next log-in")
    header: str = "Authorization"
    value: str = Field("Bearer {token}", description="what is sent with each request")
    ended: tuple[int, ...] = Field((401,), description="statuses that say: log in again")


Auth = Annotated[HeaderAuth | BasicAuth | OAuth2 | SessionAuth, Field(discriminator="kind")]


class ErrorRule(Table):
    """What a body means that does not say by its status; the first rule that fits holds."""

    path: str = Field(
        description="path to what tells; a rule without is/is_not: it holds something"
    )
    is_: tuple[str, ...] = Field((), alias="is", description="the rule fits these values")
    is_not: tuple[str, ...] = Field((), description="the rule fits all but these")
    code: str = Field("", description="path to the system's own code, shown in errors")
    means: Literal["throttled", "quota", "access", "refused", "missing", "transient"]


class Rate(Table):
    """A budget of its own for requests that name it."""

    requests: float = Field(gt=0)
    seconds: float = Field(gt=0)


class RateHeaders(Table):
    """Headers by which the system tells what is left of its budget."""

    remaining: str
    reset: str = Field("", description="header: when it is full again; without it `seconds`")
    reset_is: Literal["seconds", "moment"] = "seconds"
    seconds: float = Field(1, gt=0, description="how long to wait when nothing is left")


class Test(Table):
    """A question about a record."""

    path: str
    is_: tuple[str, ...] = Field(("true",), alias="is")


class Kept(Table):
    """How a channel of this system usually keeps the entity; a new channel's TOML starts so."""

    history: Literal["current_state", "full_sweep"]
    deletes: Literal["none", "shown", "sweep"] = "none"
    volatile: tuple[str, ...] = ()


class Entity(Table):
    """One entity: how it is read, what it means, what is written to it."""

    remote: str = Field(description="the system's own name of it")
    id: str = "id"
    id_is: Literal["text", "digits", "number"] = Field(
        "text", description="digits: text of digits; number: written without quotes"
    )
    version_at: str = Field(description="path to the update time")
    created_at: str = ""
    deleted: Test | None = Field(None, description="which records are deleted ones")
    customer: str = Field("", description="path to the id of the customer it belongs to")
    lag_seconds: int = Field(0, ge=0, description="how long a change stays out of sight")
    children_move_parent: bool = Field(
        True, description="whether a change below the record moves its update time"
    )
    standard: Kept
    changes: Changes | None = None
    listing: Listing | None = None
    one: One
    many: Many | None = None
    children: tuple[Child, ...] = ()
    write: Write | None = None
    map: Table = Field(description="where each raw field stands")
    ignore: tuple[str, ...] = Field(
        (), description="fields that are known and not wanted, beside those named above"
    )

    def list_known(self) -> list[str]:
        """Return the paths of fields that tell nothing of the customer."""
        own = [self.id, self.version_at, self.created_at, self.customer, *self.ignore]
        own += [self.deleted.path] if self.deleted else []
        own += [*self.write.slots.values()] if self.write else []
        own += [self.changes.update] if self.changes else []
        return [path for path in own if path]


def _make_entities() -> type[Table]:
    fields: dict[str, Any] = {
        name: (
            create_model(f"Entity_{name}", __base__=Entity, map=(make_map(name), ...)) | None,
            None,
        )
        for name in ENTITIES
    }
    return create_model("Entities", __base__=Table, **fields)


class Description(Table):
    """A system behind HTTP and JSON."""

    title: str
    auth: Auth
    clock: Request = Field(description="a cheap request; its Date header is the system's clock")
    errors: tuple[ErrorRule, ...] = ()
    rates: dict[str, Rate] = Field({})
    rate_headers: RateHeaders | None = None
    constants: dict[str, str | tuple[str, ...]] = Field(
        {}, description="further places of all requests; a list is joined by commas in a text"
    )
    entities: _make_entities()  # type: ignore[valid-type]  # the entities that the hub knows

    def read_entities(self) -> dict[str, Entity]:
        """Return the entities that the system has, by the hub's name."""
        named = ((name, getattr(self.entities, name)) for name in ENTITIES)
        return {name: entity for name, entity in named if entity is not None}
