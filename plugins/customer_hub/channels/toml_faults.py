"""Faults of a TOML in words: where, what, and the nearest right key."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from customer_hub.channels.template import show_nearest


def list_toml_faults(model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    """Yield each fault that pydantic found; an unknown key with the known one that is nearest."""
    for fault in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            known = _find_model(model, fault["loc"][:-1]).model_fields
            yield f"{place} is no key here{show_nearest(str(fault['loc'][-1]), known)}"
        else:
            yield f"{place} {fault['msg']}"


def _find_model(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel]:
    """Return the model of the table at `path`, through tables of tables."""
    found: Any = model
    for step in path:
        fields = getattr(found, "model_fields", {})
        found = _open(fields[step].annotation if step in fields else found)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else model


def _open(annotation: Any) -> Any:
    """Return the model inside `dict[str, Model]` or `Model | None`, or what there is."""
    for inner in get_args(annotation):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return annotation
