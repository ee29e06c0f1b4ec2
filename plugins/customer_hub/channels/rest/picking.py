"""What the TOML says of mapping: where each raw field stands in a payload."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from customer_hub.channels.contract import ITEM_FIELDS, RAW_FIELDS
from customer_hub.channels.rest.asking import Table

_MADE_HERE = ("unknown", "cleared")


class Pick(Table):
    """One raw value. A text alone stands for `{path = ".."}`."""

    path: str = Field("", description="path in the record, or in the row of a list")
    value: str | None = Field(None, description="the same for every record")
    paths: tuple[str, ...] = Field((), description="several: those that hold something are joined")
    join: str = " "
    split: str = Field("", description="of tags: the mark between them")
    is_time: bool = Field(False, description="a count of seconds or milliseconds becomes ISO text")
    values: dict[str, str] = Field({}, description="what a value stands for; others stay")
    equals: str = Field("", description="path in the record: `then` if it holds the same")
    then: str | None = None
    otherwise: str | None = None


def _as_pick(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


Picked = Annotated[Pick, BeforeValidator(_as_pick)]


class Items(Table):
    """A list: an item for each of `rows`, or one for each of `items` that holds something."""

    rows: str = Field(
        "", description="path to a list; the paths of `item` start at each of its rows"
    )
    item: Table | None = None
    items: tuple[Table, ...] = ()


def _as_items(value: Any) -> Any:
    return {"items": value} if isinstance(value, list) else value


def make_map(entity: str) -> type[Table]:
    """Return the model of an entity's `map`: a pick for each raw field, items for each list."""
    fields: dict[str, Any] = {}
    for name in RAW_FIELDS[entity]:
        if name in ITEM_FIELDS:
            fields[name] = (Annotated[_make_items(name), BeforeValidator(_as_items)], Items())
        elif name not in _MADE_HERE:
            fields[name] = (Picked, Pick())
    return create_model(f"Map_{entity}", __base__=Table, **fields)


def _make_items(name: str) -> type[Items]:
    keys: dict[str, Any] = {key: (Picked, Pick()) for key in ITEM_FIELDS[name]}
    item = create_model(f"Item_{name}", __base__=Table, **keys)
    return create_model(
        f"Items_{name}", __base__=Items, item=(item | None, None), items=(tuple[item, ...], ())
    )
