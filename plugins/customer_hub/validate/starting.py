"""The suite that a new channel begins with: that of a channel which has the entity already."""

import json
from typing import Any

from customer_hub.channels.config import read_channels
from customer_hub.validate.suites import SUITES_DIR


def make_suite(channel: str, entity: str) -> str:
    """Return the text of expectations/<channel>_<entity>.json for a person to complete.

    It is the fullest suite of that entity. Where no channel has the entity, it is the rules that all
    suites share.
    """
    suites = _read_suites()
    same = [suite for key, suite in sorted(suites.items()) if key[1] == entity]
    begun = max(same, key=lambda suite: len(suite["expectations"])) if same else None
    rules = begun["expectations"] if begun else _find_shared(list(suites.values()))
    made = {
        "name": f"{channel}_{entity}",
        "notes": "Begun from another channel's: adapt what this one always has.",
        "meta": begun["meta"] if begun else {"required_columns": []},
        "expectations": rules,
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _read_suites() -> dict[tuple[str, str], dict[str, Any]]:
    """Return the suites of the channels by channel and entity."""
    found = {}
    for config in read_channels().values():
        for entity in config.entities:
            path = SUITES_DIR / f"{config.name}_{entity}.json"
            if path.exists():
                found[config.name, entity] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _find_shared(suites: list[dict[str, Any]]) -> list[Any]:
    """Return the rules that every suite has word for word."""
    first, *others = (suite["expectations"] for suite in suites)
    return [rule for rule in first if all(rule in each for each in others)]
