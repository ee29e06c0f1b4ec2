"""Pairs of the world's records that nothing separates: no column that both fill differs.

Such a pair may be of two customers (王先生 and 王国强 with one family phone), but no record says so:
whoever joins it errs, and could not know. Read by the hub's pure `values`, so that 王先生 has no given
name and +86 138.. is 138...
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from customer_hub.values.address import parse_address
from customer_hub.values.company import parse_company
from customer_hub.values.person import parse_person
from customer_hub.values.phone import parse_phone
from customer_hub.values.text import fold_words, to_pinyin

Said = Mapping[str, frozenset[str]]


def find_alike(records: pd.DataFrame, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Tell of which pairs of rows no column differs that both of them fill."""
    table = records.reset_index(drop=True).fillna("")
    rows = np.unique(np.concatenate((left, right)))
    said = {row: _read(table.loc[row]) for row in rows.tolist()}
    return np.array(
        [
            not any(_differ(said[one][column], said[other][column]) for column in said[one])
            for one, other in zip(left.tolist(), right.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def _read(row: pd.Series) -> Said:
    name, company = parse_person(row["name"]), parse_company(row["company"])
    address = parse_address(street=row["address"])
    return {
        "family": _some([_spell(name.surname, is_name=True)]),
        "given": _some([_spell(name.given, is_name=False)]),
        "company": _some([_spell(company.core, is_name=False)]),
        "branch": frozenset([company.branch or ""]),
        "phone": _some([parse_phone(row[column]).e164 for column in ("mobile", "phone")]),
        "mail": _some([row["mail"].strip().lower()]),
        "address": _some([address.road and f"{address.road}{address.number or ''}"]),
        **{
            column: _some([fold_words(row[column])])
            for column in ("birth_date", "social_credit_code", "identity_number", "city")
        },
    }


def _spell(text: str | None, *, is_name: bool) -> str:
    return to_pinyin(text or "", is_name=is_name).replace(" ", "")


def _some(values: Iterable[str | None]) -> frozenset[str]:
    return frozenset(value for value in values if value)
