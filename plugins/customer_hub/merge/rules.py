"""The survivorship rules of include/policy/survivorship.toml, checked at once."""

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from customer_hub.core.errors import ConfigurationError
from customer_hub.core.policy import Policy
from customer_hub.core.seal import canonical_json

Criterion = Literal[
    "validated", "formal", "trust", "frequency", "recency", "completeness", "longest"
]
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


class FieldRule(BaseModel):
    """How one field's value is chosen: by criteria, or from the record that gave another field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    criteria: tuple[Criterion, ...] = ()
    follows: str = ""
    trust: dict[str, int] = Field(default_factory=dict, description="channel -> trust, this field")
    default: str = Field("", description="value when no record has one")

    @model_validator(mode="after")
    def _check_way(self) -> "FieldRule":
        if bool(self.criteria) == bool(self.follows):
            raise ValueError("needs either criteria or follows")
        return self


class Survivorship(BaseModel):
    """All rules, by entity and field; sealed fields are named ``<segment>.<field>``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    completeness: tuple[str, ...]
    customer: dict[str, FieldRule]
    contact: dict[str, FieldRule]

    @model_validator(mode="after")
    def _check_fields(self) -> "Survivorship":
        sealed = [f"{segment}.{name}" for segment, names in SEALED_FIELDS.items() for name in names]
        faults = []
        for entity, rules, wanted in (
            ("customer", self.customer, {*CUSTOMER_FIELDS, *sealed}),
            ("contact", self.contact, set(CONTACT_FIELDS)),
        ):
            if set(rules) != wanted:
                faults.append(f"{entity}: one rule for each of {sorted(set(rules) ^ wanted)}")
            faults += [
                f"{entity}.{name} follows {rule.follows}, which must have criteria"
                for name, rule in rules.items()
                if rule.follows and not getattr(rules.get(rule.follows), "criteria", ())
            ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def read_survivorship(policy: Policy) -> Survivorship:
    """Return the rules of a policy.

    Raises:
        ConfigurationError: names every fault of the file.
    """
    return _parse(canonical_json(policy.content.get("survivorship")))


@lru_cache(maxsize=4)
def _parse(content: bytes) -> Survivorship:
    try:
        return Survivorship.model_validate_json(content)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])} {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(
            faults, where="include/policy/survivorship.toml", hint="fix the file"
        ) from None
