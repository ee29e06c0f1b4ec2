"""The survivorship rules of include/policy/survivorship.toml, checked at once."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import Policy
from customer_hub.core.seal import canonical_json

Criterion = Literal[
    "validated", "formal", "trust", "frequency", "recency", "completeness", "longest"
]
Aggregate = Literal["sum", "max", "min", "union"]
CUSTOMER_FIELDS = (
    "kind", "legal_name", "short_name", "name_pinyin", "region_code", "industry_code", "level_code",
    "lifecycle_code", "website", "language_code", "currency_code", "status",
)  # fmt: skip
SEALED_FIELDS = {
    "identity": ("social_credit_code", "identity_type", "identity_number", "birth_on"),
    "finance": (
        "credit_limit_amount", "credit_rating_code", "payment_method_code", "payment_terms_code",
    ),
    "free_text": ("remark",),
}  # fmt: skip
CONTACT_FIELDS = ("name", "name_pinyin", "title", "role_code")
CHILDREN = ("phone", "mobile", "fax", "mail", "address")
_FIELDS = {
    "customer": {
        *CUSTOMER_FIELDS,
        *(f"{segment}.{name}" for segment, names in SEALED_FIELDS.items() for name in names),
    },
    "contact": set(CONTACT_FIELDS),
}


class FieldRule(BaseModel):
    """How one field's value is chosen: by criteria, or from the record that gave another field.

    With ``aggregate`` the criteria only order the records whose values are put together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    criteria: tuple[Criterion, ...] = ()
    follows: str = ""
    aggregate: Aggregate | None = None
    trust: dict[str, int] = Field(default_factory=dict, description="channel -> trust, this field")
    half_life_days: int = Field(
        0, ge=0, description="trust halves by so many days behind the newest record; 0: never"
    )
    warned_percent: int = Field(
        100, ge=0, le=100, description="what is left of the trust of a record with warnings"
    )
    default: str = Field("", description="value when no record has one")

    @model_validator(mode="after")
    def _check_way(self) -> "FieldRule":
        if bool(self.criteria) == bool(self.follows):
            raise ValueError("needs either criteria or follows")
        return self


class Survivorship(BaseModel):
    """All rules, by entity and field; sealed fields are named ``<segment>.<field>``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    completeness: tuple[str, ...] = Field(min_length=1)
    customer: dict[str, FieldRule]
    contact: dict[str, FieldRule]


def read_survivorship(policy: Policy) -> Survivorship:
    """Return the rules of a policy.

    Raises:
        ConfigurationError: names every fault of the file.
    """
    channels = tuple(sorted(policy.content.get("channels", {})))
    return _parse(canonical_json(policy.content.get("survivorship")), channels)


@lru_cache(maxsize=4)
def _parse(content: bytes, channels: tuple[str, ...]) -> Survivorship:
    faults: list[str] = []
    try:
        rules = Survivorship.model_validate_json(content)
    except ValidationError as error:
        faults += [
            f"{'.'.join(str(part) for part in fault['loc'])} {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
    faults += _find_faults(content, channels)
    if faults:
        raise ConfigurationError(
            "; ".join(faults), where="include/policy/survivorship.toml", hint="fix the file"
        )
    return rules


def _find_faults(content: bytes, channels: tuple[str, ...]) -> Iterator[str]:
    """Yield what no single value shows, also where single values are wrong."""
    raw = json.loads(content)
    if not isinstance(raw, dict):
        return
    known = {*_FIELDS["customer"], *CHILDREN, *SEALED_FIELDS}
    completeness = raw.get("completeness")
    if isinstance(completeness, list):
        unknown = sorted(str(name) for name in completeness if name not in known)
        if unknown:
            yield f"completeness: unknown {unknown}"
    for entity, wanted in _FIELDS.items():
        rules = raw.get(entity)
        if not isinstance(rules, dict):
            continue
        if rules.keys() != wanted:
            yield f"{entity}: one rule for each of {sorted(rules.keys() ^ wanted)}"
        for name, rule in rules.items():
            if isinstance(rule, dict):
                for fault in _find_rule_faults(name, rule, rules, channels):
                    yield f"{entity}.{name} {fault}"


def _find_rule_faults(
    name: str, rule: Mapping[str, Any], rules: Mapping[str, Any], channels: tuple[str, ...]
) -> Iterator[str]:
    leader = rule.get("follows")
    if leader:
        led = rules.get(leader)
        if not isinstance(led, dict) or not led.get("criteria") or led.get("aggregate"):
            yield f"follows {leader}, which must be chosen by criteria"
    aggregate = rule.get("aggregate")
    if aggregate and not (
        name.startswith("free_text.") if aggregate == "union" else name.endswith("_amount")
    ):
        yield f"cannot be a {aggregate}: union is for free text, sum, max and min are for amounts"
    trust = rule.get("trust")
    unknown = sorted(trust.keys() - set(channels)) if isinstance(trust, dict) else []
    if unknown and channels:
        yield f"trusts unknown channels {unknown}"
