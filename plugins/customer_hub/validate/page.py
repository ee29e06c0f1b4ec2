"""One static page a window: which rule counted how many rows, and which records break it.

No values, no external assets; English and Chinese; light and dark by the reader's own setting.
"""

import os
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from customer_hub.core.results import Receipt
from customer_hub.core.settings import settings
from customer_hub.validate.verdict import Verdict

_SHOWN_KEYS = 200
_unsafe = re.compile(r"[^A-Za-z0-9._-]+")


def page_name(run_id: str, window_id: int) -> str:
    """Return the page's name below the report folder: ``<run>/<window>.html``, safe in a URL."""
    run = _unsafe.sub("_", run_id).strip("._") or "run"
    return f"{run[:120]}/{window_id}.html"


def write_page(run_id: str, window: Any, verdict: Verdict, receipt: Receipt) -> str:
    """Write the page of a judged window, whole or not at all; returns its name.

    Args:
        run_id: the run that judged it.
        window: its row in hub.gathered_window.
        verdict: what the suite found.
        receipt: the counts as they are being committed.
    """
    name = page_name(run_id, window.window_id)
    path: Path = settings().report_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _template().render(
        window=window,
        run_id=run_id,
        receipt=receipt,
        suite=verdict.suite.name,
        rules=_list_row_rules(verdict),
        batch_rules=_list_batch_rules(verdict),
        unknown=sorted(verdict.unknown.items()),
        shown_keys=_SHOWN_KEYS,
    )
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return name


def _list_row_rules(verdict: Verdict) -> list[dict[str, Any]]:
    """Return one entry a row rule, the broken ones first, with the keys of the failing records."""
    failing = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    for failure in verdict.failures:
        failing[failure.rule.name].add(failure.source_key)
        counts[failure.rule.name] += 1
    listed = [
        {
            "rule": rule,
            "evaluated": verdict.evaluated[rule.name],
            "failed": counts[rule.name],
            "keys": sorted(failing[rule.name]),
        }
        for rule in verdict.suite.rules
        if rule.kind == "row"
    ]
    return sorted(listed, key=lambda entry: (entry["failed"] == 0, entry["rule"].severity))


def _list_batch_rules(verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {"rule": outcome.rule, "is_broken": bool(outcome.failed_keys)} for outcome in verdict.batch
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("window.html")
