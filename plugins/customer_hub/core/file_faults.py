"""What is wrong with a configuration file, each fault by its key, with the nearest right one."""

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

Step = str | int


def describe_faults(model: type[BaseModel], error: ValidationError) -> list[str]:
    """Return one line a fault: where it stands, what is wrong, and which key may be meant.

    Values are left out: a file may hold what nobody should read in a log.

    Args:
        model: what the file was read as.
        error: what pydantic said of it.
    """
    return [
        _describe(model, fault["loc"], fault["type"], fault["msg"])
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def name_nearest(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean x?" for the known word that looks most like another, else ""."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""


def _describe(model: type[BaseModel], place: Sequence[Step], kind: str, message: str) -> str:
    path, known = _follow(model, place)
    if kind == "extra_forbidden":
        last = str(place[-1])
        listed = f" (known: {', '.join(known)})" if known else ""
        return f"{path} is no key here{name_nearest(last, known) or listed}"
    if kind == "missing":
        return f"{path} is missing"
    return f"{path} {message.removeprefix('Value error, ')}".strip()


def _follow(annotation: Any, place: Sequence[Step]) -> tuple[str, list[str]]:
    """Return the path as it stands in the file, and the keys that its table may have."""
    steps: list[str] = []
    known: list[str] = []
    for step in place:
        found = _enter(annotation, step)
        if found is None:
            steps.append(str(step))
            known = _list_keys(annotation)
            annotation = None
            continue
        annotation, is_key = found
        if is_key:
            steps.append(str(step))
    return ".".join(steps), known


def _enter(annotation: Any, step: Step) -> tuple[Any, bool] | None:
    """Return what stands below a step, and whether the step is one of the file.

    Of a union pydantic names the member as a step of its own: that is none of the file.
    """
    members = _members(annotation)
    models = [each for each in members if isinstance(each, type) and issubclass(each, BaseModel)]
    for member in members:
        if member in models:
            if len(models) > 1 and (step in _tags(member) or step == member.__name__):
                return member, False
            if step in member.model_fields:
                return member.model_fields[str(step)].annotation, True
        origin, inner = get_origin(member), get_args(member)
        if origin in (dict, Mapping, types.MappingProxyType) and len(inner) == 2:
            return inner[1], True
        if origin in (list, tuple, Sequence) and isinstance(step, int) and inner:
            return inner[0], True
    return None


def _members(annotation: Any) -> list[Any]:
    if get_origin(annotation) is typing.Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (typing.Union, types.UnionType):
        return [inner for member in get_args(annotation) for inner in _members(member)]
    return [annotation]


def _tags(model: type[BaseModel]) -> set[Any]:
    """Return the values that tell a member of a discriminated union from the others."""
    return {
        value
        for field in model.model_fields.values()
        if get_origin(field.annotation) is Literal
        for value in get_args(field.annotation)
    }


def _list_keys(annotation: Any) -> list[str]:
    return sorted(
        name
        for member in _members(annotation)
        if isinstance(member, type) and issubclass(member, BaseModel)
        for name in member.model_fields
    )
