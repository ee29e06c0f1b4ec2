"""What systems can do, and what a description may say, as Markdown made from the code."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from customer_hub.channels.config import list_systems, load_system
from customer_hub.channels.rest.asking import Table
from customer_hub.channels.rest.description import Description, Entity
from customer_hub.channels.rest.picking import Items, Pick

_HEAD = (
    "# Systems\n\n{made}What the hub can read and write, and the keys of a description in "
    "`include/systems/`.\n\n## What each can do\n\n"
    "| system | entity | there | changes are found by | lag | page | deletions | writes | creates |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)
_CURSORS = {
    "updated_since": "update time",
    "opaque_cursor": "an export's token",
    "window_only": "windows, halved",
    "full_sweep": "reading everything",
}


def describe_systems(made: str) -> str:
    """Return the systems' abilities and the keys of descriptions; `made` is the mark of made files."""
    lines = [_HEAD.format(made=made)]
    for name in list_systems():
        system = load_system(name)
        for entity, can in system.CAPABILITIES.items():
            lag = f"{can.lag.seconds} s" if can.lag else ""
            gone = ["shown"] * can.shows_deletes + ["by a sweep"] * can.lists_ids
            fields = ", ".join(system.WRITABLE.get(entity, ()))
            lines.append(
                f"| {name} | {entity} | {system.STANDARD[entity].remote} | {_CURSORS[can.cursor]} "
                f"| {lag} | {can.largest_page} | {', '.join(gone) or 'hidden'} | {fields} "
                f"| {'yes' if can.creates else ''} |\n"
            )
    lines.append("\n## Keys of a description\n\nA key without a default is needed.\n")
    # One entity's `map` is as another's: its keys are the raw fields, each a pick or items.
    models = {Description: None, Entity: None, Pick: None, Items: None}
    models |= dict.fromkeys((*_find_tables(Description), *_find_tables(Entity)))
    for model in models:
        if "_" not in model.__name__ and model is not Table:
            lines += _describe_table(model)
    return "".join(lines).rstrip() + "\n"


def _describe_table(model: type[BaseModel]) -> Iterator[str]:
    told = " ".join((model.__doc__ or "").split())
    yield f"\n### {model.__name__}\n\n{told}\n\n| key | is | default | meaning |\n|---|---|---|---|\n"
    for name, field in model.model_fields.items():
        default = "" if field.default is PydanticUndefined else f"`{_show_default(field)}`"
        meaning = (field.description or "").replace("|", "\\|")
        yield f"| {field.alias or name} | {_show_type(field.annotation)} | {default} | {meaning} |\n"


def _show_default(field: FieldInfo) -> str:
    if isinstance(field.default, BaseModel):
        told = field.default.model_dump(exclude_defaults=True)
        return ", ".join(f"{key} = {value!r}" for key, value in told.items()).replace("'", '"')
    if field.default in (None, "", (), {}):
        return "none"
    return str(field.default).replace("'", '"')


def _show_type(annotation: Any) -> str:
    """Return what a key holds in words: a literal's values, the names of tables."""
    if get_origin(annotation) is Annotated:
        return _show_type(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if get_origin(annotation) in (typing.Union, types.UnionType):
        members = [each for each in get_args(annotation) if each is not type(None)]
        return " or ".join(_show_type(each) for each in members)
    if get_origin(annotation) in (tuple, list):
        return f"list of {_show_type(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return f"table of {_show_type(get_args(annotation)[1])}"
    if annotation is Any:
        return "anything"
    words = {str: "text", int: "number", float: "number", bool: "true, false"}
    return words.get(annotation, annotation.__name__.partition("_")[0])


def _find_tables(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models that the fields of a model name, those of their fields behind them."""
    for field in model.model_fields.values():
        for found in _find_models(field.annotation):
            yield found
            yield from _find_tables(found)


def _find_models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _find_models(inner)
