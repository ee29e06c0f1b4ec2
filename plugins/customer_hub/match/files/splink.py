"""Write a model as settings for Splink, so that whoever knows Splink can check it there.

Splink's comparisons are SQL over one table: ours that SQL cannot say (pinyin, nicknames, parsed
company names, swapped names, masked phones) go into its "else" level, with their m and u added up.
The table that the settings expect has our standardised columns, named as the comparisons.
"""

from typing import Any

from customer_hub.match.engine.model import EngineModel
from customer_hub.match.engine.records import kind_of
from customer_hub.match.engine.scales import SCALES

_SQL = {
    "close": {
        "family": "jaro_winkler_similarity({l}, {r}) >= 0.92",
        "given": "jaro_winkler_similarity({l}, {r}) >= 0.92",
        "mail": "jaro_winkler_similarity(split_part({l}, '@', 1), split_part({r}, '@', 1)) >= 0.92",
        "birth": "damerau_levenshtein({l}, {r}) <= 1",
        "identity": "damerau_levenshtein({l}, {r}) <= 1",
        "city": "jaro_winkler_similarity({l}, {r}) >= 0.9",
        "postcode": "substr({l}, 1, 3) = substr({r}, 1, 3)",
    },
    "near": {
        "family": "jaro_winkler_similarity({l}, {r}) >= 0.8",
        "given": "jaro_winkler_similarity({l}, {r}) >= 0.8",
        "birth": "substr({l}, 1, 4) = substr({r}, 1, 4) or substr({l}, 6) = substr({r}, 6)",
    },
    "tail": {"phone": "substr({l}, -7) = substr({r}, -7)"},
    "local": {"mail": "split_part({l}, '@', 1) = split_part({r}, '@', 1)"},
    "city": {"region": "substr({l}, 1, 4) = substr({r}, 1, 4)"},
    "province": {"region": "substr({l}, 1, 2) = substr({r}, 1, 2)"},
}
_KEYS = ("phone", "mail", "identity")


def export(model: EngineModel) -> dict[str, Any]:
    """Return the settings: comparisons with m and u, the prior, blocking on what identifies."""
    columns = {name: _column(name) for name in model.weights}
    rules = [f"l.{columns[name]} = r.{columns[name]}" for name in columns if kind_of(name) in _KEYS]
    if {"family", "given"} <= columns.keys():
        rules.append("l.family = r.family and l.given = r.given")
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_id",
        "probability_two_random_records_match": 1 / (1 + 2 ** (-model.prior / 1000)),
        "comparisons": [
            {
                "output_column_name": columns[name],
                "comparison_description": f"{kind_of(name)} of the hub's matcher",
                "comparison_levels": _levels(model, name, columns[name]),
            }
            for name in model.weights
        ],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in rules
        ],
    }


def _column(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name).lower()


def _levels(model: EngineModel, name: str, column: str) -> list[dict[str, Any]]:
    left, right = f'"{column}_l"', f'"{column}_r"'
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"{left} is null or {right} is null", "label_for_charts": "missing",
         "is_null_level": True}
    ]  # fmt: skip
    kind = kind_of(name)
    rest_m = rest_u = 0.0
    for level in SCALES[kind].levels[1:]:
        m, u = _shares(model, name, level)
        sql = "{l} = {r}" if level == "equal" else _SQL.get(level, {}).get(kind)
        if sql is None:
            rest_m, rest_u = rest_m + m, rest_u + u
            continue
        told: dict[str, Any] = {
            "sql_condition": sql.format(l=left, r=right), "label_for_charts": level,
            "m_probability": m, "u_probability": u,
        }  # fmt: skip
        if level == "equal" and SCALES[kind].is_frequent:
            told["tf_adjustment_column"] = column
        levels.append(told)
    levels.append(
        {"sql_condition": "ELSE", "label_for_charts": "else", "m_probability": max(rest_m, 1e-9),
         "u_probability": max(rest_u, 1e-9)}
    )  # fmt: skip
    return levels


def _shares(model: EngineModel, name: str, level: str) -> tuple[float, float]:
    """Return m and u of a level; of a model without them, two shares of the same weight."""
    known = model.shares.get(name, {}).get(level)
    if known is not None:
        return known
    weight = 2 ** (model.weights[name][level] / 1000)
    return (weight / (1 + weight), 1 / (1 + weight))
