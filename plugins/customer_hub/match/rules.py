"""The business's matching rules and the frozen model, read from the policy and checked at once."""

import hashlib
from collections.abc import Set
from functools import cached_property, lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import Policy
from customer_hub.core.seal import canonical_json
from customer_hub.match.cluster import Guards
from customer_hub.match.columns import COMPARISONS
from customer_hub.match.engine.comparing import Surroundings
from customer_hub.match.engine.model import EngineModel


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
    cohesion_from: int = Field(
        ge=3, description="a cluster of at least so many records must hold together by .."
    )
    cohesion_percent: int = Field(
        ge=0, le=100, description=".. so many of its pairs speaking for it, in percent"
    )
    hub_names: int = Field(
        ge=2, description="rules build no cluster in which one phone or mail has more names"
    )
    complete_limit: int = Field(
        ge=2, description="components of at most so many records are compared pair by pair"
    )
    review_limit: int = Field(ge=0, description="how many close calls may be open as tasks")
    silent_kinds: tuple[str, ...] = Field(description="key kinds that never propose a pair")
    public_domains: tuple[str, ...] = Field(description="mail domains that anybody may use")
    nicknames: tuple[tuple[str, ...], ...] = Field(description="names that one person may go by")

    @model_validator(mode="after")
    def _check_limits(self) -> "MatchRules":
        if self.shared_names > self.distinct_names:
            raise ValueError("shared_names must not be above distinct_names")
        return self

    @property
    def guards(self) -> Guards:
        """What rules may not build."""
        return Guards(
            self.cluster_limit, self.hub_names, self.cohesion_from, self.cohesion_percent,
            self.complete_limit,
        )  # fmt: skip

    @cached_property
    def groups(self) -> dict[str, str]:
        """The nicknames: folded given name -> the name of its group (bob -> robert)."""
        return {name: group[0] for group in self.nicknames for name in group}

    def surround(self, shared: Set[str]) -> Surroundings:
        """Return what comparing needs to know, with the phones and mails that are shared."""
        return Surroundings(self.groups, shared, frozenset(self.public_domains))


class Model(_Strict):
    """include/policy/model.json: integer weights in 1/1000 bit, one model for each kind of record."""

    name: str
    dated_on: str
    trained_on: dict[str, int] = Field(description="data set -> records; the hub never trains")
    person: EngineModel
    organisation: EngineModel
    contact: EngineModel

    @model_validator(mode="after")
    def _check_comparisons(self) -> "Model":
        faults = [
            f"{kind}.weights must have exactly {', '.join(comparisons)}"
            for kind, comparisons in COMPARISONS.items()
            if set(self.of(kind).weights) != set(comparisons)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def of(self, kind: str) -> EngineModel:
        """Return the weights of a kind of record."""
        models = {
            "person": self.person, "organisation": self.organisation, "contact": self.contact
        }  # fmt: skip
        return models[kind]

    @property
    def version(self) -> str:
        """Name and digest: two models of one name cannot be mistaken for each other."""
        digest = hashlib.sha256(canonical_json(self.model_dump(mode="json"))).hexdigest()
        return f"{self.name}@{digest[:12]}"


@lru_cache(maxsize=4)
def read_rules(policy: Policy) -> tuple[MatchRules, Model]:
    """Return the rules and the model of a policy.

    Raises:
        ConfigurationError: names every fault of both files.
    """
    faults: list[str] = []
    read: list[Any] = []
    for name, kind in (("match.toml", MatchRules), ("model.json", Model)):
        try:
            read.append(kind.model_validate(policy.content.get(name.partition(".")[0])))
        except ValidationError as error:
            faults += [
                f"{name}: {'.'.join(str(part) for part in fault['loc'])} {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False)
            ]
    if faults:
        raise ConfigurationError("; ".join(faults), where="include/policy", hint="fix the file")
    return read[0], read[1]
