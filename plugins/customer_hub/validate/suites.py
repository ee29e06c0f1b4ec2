"""Great Expectations suites from expectations/: which rows break which rule, and no values.

A *row rule* judges a landed version by itself; a *batch rule* judges the one summary row of a
window. The library is imported when the first suite judges: it takes seconds.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from customer_hub.core.errors import ConfigurationError, HubError

if TYPE_CHECKING:
    import pandas as pd

SUITES_DIR = Path(__file__).resolve().parents[3] / "expectations"
Kind = Literal["row", "batch"]
_KINDS = ("row", "batch")
_SEVERITIES = ("critical", "warning")


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation of a suite; `english` and `chinese` say it to people."""

    suite: str
    name: str
    kind: Kind
    severity: str
    column: str
    english: str
    chinese: str
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one rule went: how many rows it counted, and the keys of those that break it."""

    rule: Rule
    evaluated: int
    failed_keys: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Suite:
    """The rules of one file."""

    name: str
    rules: tuple[Rule, ...]
    required_columns: tuple[str, ...]

    def judge(self, frame: "pd.DataFrame", kind: Kind, key: str) -> list[Outcome]:
        """Judge every row of `frame` by the rules of one kind.

        Args:
            frame: one column a fact; a None is counted by no rule but those on nulls.
            kind: which rules.
            key: the column that names a row; only its values leave this function (law 14).

        Raises:
            HubError: a rule could not be evaluated; names suite and rule.
        """
        rules = [rule for rule in self.rules if rule.kind == kind]
        if not rules or frame.empty:
            return [Outcome(rule, 0, ()) for rule in rules]
        return _judge(self.name, rules, frame, key)


@cache
def read_suite(name: str) -> Suite:
    """Read expectations/<name>.json.

    Raises:
        ConfigurationError: it is missing, or some of its rules are malformed (all are named).
    """
    path = SUITES_DIR / f"{name}.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise ConfigurationError(
            f"suite {name} cannot be read: {type(error).__name__}",
            where="expectations",
            hint=f"write expectations/{name}.json; see docs/guides/add-a-channel.md",
        ) from None
    rules = tuple(_read_rule(name, entry) for entry in raw.get("expectations", ()))
    faults = _find_faults(rules)
    if faults:
        raise ConfigurationError(
            "; ".join(faults), where=f"expectations/{name}.json", hint="fix it"
        )
    return Suite(name, rules, tuple(raw.get("meta", {}).get("required_columns", ())))


def _read_rule(suite: str, entry: dict[str, Any]) -> Rule:
    meta, kwargs = entry.get("meta", {}), entry.get("kwargs", {})
    columns = [kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs]
    columns += kwargs.get("column_list", [])
    return Rule(
        suite=suite,
        name=meta.get("rule", ""),
        kind=meta.get("kind", ""),
        severity=entry.get("severity", ""),
        column=",".join(columns),
        english=meta.get("english", ""),
        chinese=meta.get("chinese", ""),
        definition={name: entry[name] for name in ("type", "kwargs", "severity") if name in entry},
    )


def _find_faults(rules: Iterable[Rule]) -> list[str]:
    faults, seen = [], set()
    for rule in rules:
        if not rule.name or rule.name in seen:
            faults.append(f"rule name {rule.name!r} is missing or used twice")
        seen.add(rule.name)
        if rule.kind not in _KINDS or rule.severity not in _SEVERITIES:
            faults.append(f"{rule.name}: kind is one of {_KINDS}, severity one of {_SEVERITIES}")
        if not rule.english or not rule.chinese:
            faults.append(f"{rule.name}: says nothing to people (meta.english, meta.chinese)")
    return faults


def _judge(suite: str, rules: list[Rule], frame: "pd.DataFrame", key: str) -> list[Outcome]:
    counted = _validate(suite, rules, frame, {"result_format": "BASIC"})
    # Which rows they are costs as much again: asked of those rules only that some row breaks.
    unclear = [rule for rule in rules if counted[rule.name].result.get("unexpected_count") != 0]
    with_rows = {"result_format": "COMPLETE", "unexpected_index_column_names": [key]}
    found = counted | (_validate(suite, unclear, frame, with_rows) if unclear else {})
    return [_read_outcome(rule, found[rule.name], len(frame), key) for rule in rules]


def _validate(
    suite: str, rules: list[Rule], frame: "pd.DataFrame", result_format: dict[str, Any]
) -> dict[str, Any]:
    """Return the library's result for each rule's name; it holds keys only, no failing value."""
    from great_expectations.core import ExpectationSuite

    expectations = [
        {**rule.definition, "meta": {"rule": rule.name, "kind": rule.kind}} for rule in rules
    ]
    result = (
        _open_batch_definition()
        .get_batch({"dataframe": frame})
        .validate(
            ExpectationSuite(name=suite, expectations=expectations),
            result_format={
                **result_format,
                "return_unexpected_index_query": False,
                "partial_unexpected_count": 0,
            },
        )
    )
    return {entry.expectation_config.meta["rule"]: entry for entry in result.results}


def _read_outcome(rule: Rule, entry: Any, row_count: int, key: str) -> Outcome:
    """Keep the keys of the failing rows; everything else in the result may hold values."""
    counts = entry.result
    if counts.get("unexpected_count") != 0 and "unexpected_index_list" not in counts:
        raise HubError(
            f"rule {rule.name} could not be evaluated",
            where=f"suite {rule.suite}",
            hint=f"look at its columns ({rule.column}) in expectations/{rule.suite}.json",
        )
    failed = counts.get("unexpected_index_list") or []
    missing = 0 if rule.definition["type"].endswith("_null") else counts.get("missing_count", 0)
    return Outcome(rule, row_count - missing, tuple(row[key] for row in failed))


@cache
def _open_batch_definition() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("landing")
    return source.add_dataframe_asset("window").add_batch_definition_whole_dataframe("chunk")
