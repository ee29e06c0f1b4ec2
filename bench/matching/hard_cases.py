"""Wrong merges among the demo world's hard cases, class by class.

A pair counts if the truth keeps it apart, both records are of the class, and they share a blocking
key of the judge's own (a phone, mail, name, address, code, or surname with birth date): the others
nobody would ever compare. A branch counts with its parent and its siblings.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.matching.likeness import find_alike

_CLASSES = ("sister", "twin", "family_phone", "recycled_phone", "reception_line", "agent_mobile")
_MOST = 200  # a value that more records share is nobody's key


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Of ``pairs`` that the truth keeps apart, ``merged`` were put together.

    ``alike`` of the pairs, and ``alike_merged`` of the merged ones, are those that nothing separates.
    """

    pairs: int
    merged: int
    alike: int
    alike_merged: int

    @property
    def share(self) -> float:
        """Return the share of wrong merges."""
        return self.merged / self.pairs if self.pairs else 0.0

    @property
    def avoidable_share(self) -> float:
        """Return the share of wrong merges among the pairs that something separates."""
        pairs = self.pairs - self.alike
        return (self.merged - self.alike_merged) / pairs if pairs else 0.0


def count_mistakes(
    records: pd.DataFrame, truth: pd.DataFrame, labels: np.ndarray
) -> dict[str, Mistakes]:
    """Return the wrong merges of each class.

    Args:
        records: the world's table.
        truth: cluster_id, identity_class and parent_id of the same rows.
        labels: the found cluster of each row.
    """
    left, right = pair_by_keys(records)
    customers = truth["cluster_id"].to_numpy()
    apart = customers[left] != customers[right]
    left, right = left[apart], right[apart]
    is_merged = labels[left] == labels[right]
    classes = truth["identity_class"].to_numpy()
    family = truth["parent_id"].where(truth["parent_id"].notna(), truth["cluster_id"]).to_numpy()
    of_class = {name: (classes[left] == name) & (classes[right] == name) for name in _CLASSES}
    of_class["branch_parent"] = family[left] == family[right]
    asked = np.any(list(of_class.values()), axis=0)
    is_alike = np.zeros(len(left), dtype=np.bool_)
    is_alike[asked] = find_alike(records, left[asked], right[asked])
    return {
        name: Mistakes(
            int(chosen.sum()),
            int(is_merged[chosen].sum()),
            int(is_alike[chosen].sum()),
            int((is_alike & is_merged)[chosen].sum()),
        )
        for name, chosen in of_class.items()
    }


def pair_by_keys(records: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct pairs of rows that share a key, as two arrays of row numbers."""
    found: set[tuple[int, int]] = set()
    for key in _list_keys(records):
        for _, rows in key.dropna().groupby(key.dropna()).groups.items():
            numbers = sorted(rows)
            if len(numbers) <= _MOST:
                found.update((a, b) for at, a in enumerate(numbers) for b in numbers[at + 1 :])
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _list_keys(records: pd.DataFrame) -> list[pd.Series]:
    """Return the judge's keys; each is null where the record has none."""
    table = records.reset_index(drop=True).fillna("").map(_fold)
    number = table["mobile"].str.replace(r"\D", "", regex=True).str[-11:]
    line = table["phone"].str.replace(r"\D", "", regex=True).str[-8:]
    surname = table["name"].str[:1]
    keys = [
        number.where(number.str.len() >= 7),
        line.where(line.str.len() >= 7),
        table["mail"],
        table["name"],
        table["company"],
        table["company"].str[:4] + table["city"].where(table["company"] != "", ""),
        table["address"],
        table["social_credit_code"],
        table["identity_number"],
        (surname + table["birth_date"]).where((surname != "") & (table["birth_date"] != "")),
    ]
    return [key.where(key.fillna("") != "") for key in keys]


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
