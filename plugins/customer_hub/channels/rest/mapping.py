"""A payload to the hub's raw fields, as a description maps it. Cleaning is left to standardise."""

from typing import Any

from customer_hub.channels.contract import ITEM_FIELDS, RAW_FIELDS
from customer_hub.channels.record import Record, as_text
from customer_hub.channels.rest.description import Entity
from customer_hub.channels.rest.picking import Items, Pick
from customer_hub.channels.rest.template import read_time

_FLAGS = ("preferred", "is_return")


def map_payload(name: str, entity: Entity, payload: dict[str, Any]) -> dict[str, Any]:
    """Map a payload to RAW_FIELDS[name]; pure, total."""
    record = Record(payload)
    mapped: dict[str, Any] = {"cleared": []} if "cleared" in RAW_FIELDS[name] else {}
    for field in RAW_FIELDS[name]:
        rule = getattr(entity.map, field, None)
        if isinstance(rule, Items):
            mapped[field] = _pick_items(field, rule, record)
        elif isinstance(rule, Pick):
            mapped[field] = _pick_tags(rule, record) if field == "tags" else _pick(rule, record)
    record.ignore(entity.list_known())
    return {**mapped, "unknown": record.leftovers()}


def _pick(rule: Pick, row: Record, record: Record | None = None) -> str | None:
    if rule.value is not None:
        return rule.value
    if rule.paths:
        held = [text for path in rule.paths if (text := row.take(path))]
        return rule.join.join(held) or None
    if not rule.path:
        return None
    if rule.equals:
        mine, other = row.take(rule.path), (record or row).take(rule.equals)
        return rule.then if mine is not None and mine == other else rule.otherwise
    if rule.is_time:
        moment = read_time(row.look(rule.path))
        return moment.isoformat() if moment else row.take(rule.path)
    text = row.take(rule.path)
    return text if text is None else rule.values.get(text, text)


def _pick_tags(rule: Pick, record: Record) -> list[str]:
    value = record.look(rule.path) if rule.path else None
    if rule.split and isinstance(value, str):
        value = [part.strip() for part in value.split(rule.split)]
    values = value if isinstance(value, list) else [value]
    return [text for text in map(as_text, values) if text]


def _pick_items(field: str, rule: Items, record: Record) -> list[dict[str, Any]]:
    sources = [(item, record) for item in rule.items]
    if rule.rows and rule.item is not None:
        sources = [(rule.item, row) for row in record.take_rows(rule.rows)]
    found: list[dict[str, Any]] = []
    for item, row in sources:
        picks: dict[str, Pick] = {key: getattr(item, key) for key in ITEM_FIELDS[field]}
        values: dict[str, Any] = {key: _pick(pick, row, record) for key, pick in picks.items()}
        if not any(values[key] for key, pick in picks.items() if pick.value is None):
            continue
        for flag in _FLAGS:
            if flag in values:
                is_first = flag == "preferred" and values[flag] is None and not found
                values[flag] = values[flag] == "true" or is_first
        found.append(values)
    return found
