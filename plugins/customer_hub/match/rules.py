"""The business's matching rules and the frozen model, read from the policy and checked at once."""

import hashlib
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import Policy
from customer_hub.core.seal import canonical_json

LEVELS: dict[str, dict[str, tuple[str, ...]]] = {
    "person": {
        "name": (
            "missing", "exact", "pinyin", "homophone", "nickname", "initial", "swapped", "titled",
            "given_only", "longer", "typo", "given_differs", "different",
        ),
        "phone": ("missing", "equal", "shared", "tail", "masked", "different"),
        "mail": ("missing", "equal", "shared", "local", "domain", "different"),
        "identity": ("missing", "equal", "veto", "different"),
        "birth": ("missing", "equal", "close", "default_day", "different"),
        "address": (
            "missing", "equal", "road", "district", "city", "province", "different",
        ),
    },
    "organisation": {
        "name": (
            "missing", "exact", "placeless", "brand", "pinyin", "typo", "place_differs", "sister",
            "branch", "different",
        ),
        "phone": ("missing", "equal", "shared", "tail", "masked", "different"),
        "mail": ("missing", "equal", "shared", "local", "domain", "different"),
        "identity": ("missing", "equal", "veto", "different"),
        "address": (
            "missing", "equal", "road", "district", "city", "province", "different",
        ),
    },
}  # fmt: skip
LEVELS["contact"] = {
    **{key: LEVELS["person"][key] for key in ("name", "phone", "mail")},
    "company": ("missing", "equal", "different"),
}
"""Per matched kind and comparison, the levels by number: `compare` returns indexes into these."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MatchRules(_Strict):
    """include/policy/match.toml."""

    cap: int = Field(ge=2, description="a key held by more records proposes nothing")
    distinct_names: int = Field(ge=1, description="a key with more distinct names proposes nothing")
    shared_names: int = Field(
        ge=1, description="a phone or mail with more distinct names counts as shared"
    )
    cluster_limit: int = Field(ge=2, description="largest cluster that rules may build")
    review_limit: int = Field(ge=0, description="how many close calls may be open as tasks")
    silent_kinds: tuple[str, ...] = Field(description="key kinds that never propose a pair")
    public_domains: tuple[str, ...] = Field(description="mail domains that anybody may use")
    nicknames: tuple[tuple[str, ...], ...] = Field(description="names that one person may go by")

    @model_validator(mode="after")
    def _check_limits(self) -> "MatchRules":
        if self.shared_names > self.distinct_names:
            raise ValueError("shared_names must not be above distinct_names")
        return self


class Thresholds(_Strict):
    """In 1/1000 bit."""

    link: int = Field(description="an edge with at least this score joins")
    conflict: int = Field(
        description="an edge that does not link keeps clusters apart if one weight is at most this"
    )


class Frequency(_Strict):
    """How common names are, frozen with the model: shares in 1/1000 of the population."""

    surname: dict[str, int] = Field(description="pinyin of a surname -> share")
    floor: int = Field(ge=1, description="share of a name that is not listed")
    classes: dict[str, int] = Field(description="class -> smallest share")
    short_given: int = Field(description="added for a given name of one syllable")
    adjustments: dict[str, int] = Field(description="class -> added to the name's weight")
    levels: tuple[str, ...] = Field(description="name levels that the class adjusts")


class Model(_Strict):
    """include/policy/model.json: integer weights in 1/1000 bit."""

    name: str
    dated_on: str
    reviewed_on: dict[str, int] = Field(description="data set -> records; the hub never trains")
    thresholds: Thresholds
    weights: dict[str, dict[str, dict[str, int]]]
    name_conflicts: dict[str, tuple[str, ...]] = Field(
        description="name levels under which shared phones, mails and addresses count by share"
    )
    conflict_share: int = Field(ge=0, le=1000, description="that share, in 1/1000")
    frequency: Frequency

    @model_validator(mode="after")
    def _check_weights(self) -> "Model":
        faults = []
        for kind, comparisons in LEVELS.items():
            for comparison, levels in comparisons.items():
                given = self.weights.get(kind, {}).get(comparison, {})
                if set(given) != set(levels):
                    faults.append(
                        f"weights.{kind}.{comparison} must be exactly {', '.join(levels)}"
                    )
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def version(self) -> str:
        """Name and digest: two models of one name cannot be mistaken for each other."""
        digest = hashlib.sha256(canonical_json(self.model_dump(mode="json"))).hexdigest()
        return f"{self.name}@{digest[:12]}"


def read_rules(policy: Policy) -> tuple[MatchRules, Model]:
    """Return the rules and the model of a policy.

    Raises:
        ConfigurationError: names every fault of both files.
    """
    return _parse(canonical_json([policy.content.get("match"), policy.content.get("model")]))


@lru_cache(maxsize=4)
def _parse(content: bytes) -> tuple[MatchRules, Model]:
    import json

    match, model = json.loads(content)
    faults: list[str] = []
    read: list[Any] = []
    for file, kind, values in (("match.toml", MatchRules, match), ("model.json", Model, model)):
        try:
            read.append(kind.model_validate(values))
        except ValidationError as error:
            faults += [
                f"{file}: {'.'.join(str(part) for part in fault['loc'])} {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False)
            ]
    if faults:
        raise ConfigurationError("; ".join(faults), where="include/policy", hint="fix the file")
    return read[0], read[1]
