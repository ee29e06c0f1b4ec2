"""A trained model: what each level weighs, frozen as integers in 1/1000 bit."""

import hashlib
import json

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from customer_hub.match.engine.column import Column, Ints
from customer_hub.match.engine.records import kind_of
from customer_hub.match.engine.scales import SCALES


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Frequencies(_Strict):
    """How much more, or less, equality of one value says than of values in general.

    ``points`` are in 1/1000 bit: log2 of the share that two records agree by chance, over the
    value's own share. A value that is not listed is as rare as any.
    """

    points: dict[str, int]
    unlisted: int

    def points_of(self, column: Column) -> Ints:
        """Return what equality of each of a column's values adds to the weight of ``equal``."""
        found = [self.points.get(text, self.unlisted) for text in column.values.to_pylist()]
        return np.array(found or [0], np.int64)


class EngineModel(_Strict):
    """Weights of one kind of record."""

    prior: int = Field(description="log odds that two records are one, before any comparison")
    weights: dict[str, dict[str, int]] = Field(description="comparison -> level -> weight")
    shares: dict[str, dict[str, tuple[float, float]]] = Field(
        default_factory=dict, description="comparison -> level -> (m, u) that the weight came from"
    )
    frequencies: dict[str, Frequencies] = Field(default_factory=dict)
    conflict_share: int = Field(
        300, ge=0, le=1000,
        description="1/1000 of their weight that phones, mails and addresses keep between records "
        "whose names contradict each other",
    )  # fmt: skip
    trained_on: dict[str, int] = Field(default_factory=dict, description="records, pairs, ..")

    @model_validator(mode="after")
    def _check_levels(self) -> "EngineModel":
        faults = []
        for name, levels in self.weights.items():
            scale = SCALES.get(kind_of(name))
            if scale is None:
                faults.append(f"{name} is no comparison; there are {', '.join(SCALES)}")
            elif set(levels) != set(scale.levels):
                faults.append(f"weights.{name} must be exactly {', '.join(scale.levels)}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def digest(self) -> str:
        """Tell two models apart: a hash of everything that decides a score."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def weights_of(self, comparison: str) -> Ints:
        """Return the weights of a comparison by the number of the level."""
        levels = self.weights[comparison]
        return np.array([levels[name] for name in SCALES[kind_of(comparison)].levels], np.int64)
