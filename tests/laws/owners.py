"""Fields of the CRM with each of the four owners, and what must stand in them when all has settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from customer_hub.channels.hub_fields import compare_slots
from customer_hub.core import db
from customer_hub.publish import deliver, plan, reconcile
from customer_hub.publish.ownership import Ownership, read_ownership
from customer_hub.values.code import parse_industry
from tests.laws.people import People, Said
from tests.laws.pipeline import TARGETS, Pipeline

_OWNERS = {
    "hub_id": "hub",
    "level_code": "hub",
    "region_code": "hub",
    "website": "hub",
    "industry_code": "most_recent",
    "short_name": "fill_if_empty",
    "phone": "target",
}
_GOLDEN = """
select record.source_id, to_jsonb(golden) || jsonb_build_object('hub_id', golden.golden_id) as golden
from source.{entity} as record
inner join match.crosswalk as crosswalk on record.source_key = crosswalk.source_key
inner join master.{entity} as golden on crosswalk.golden_id = golden.golden_id
where record.channel = %(channel)s and not record.is_deleted
"""
# What the master says of each standing account, when who gives its industry said so, and what the
# account's own record says of it.
_SHARED = """
select
    record.source_id, record.version_at, record.industry_code as own_industry,
    golden.industry_code, golden.short_name,
    coalesce(decision.decided_at, version.version_at) as given_at
from source.customer as record
inner join match.crosswalk as crosswalk on record.source_key = crosswalk.source_key
inner join master.customer as golden on crosswalk.golden_id = golden.golden_id
left join master.cell_lineage as cell
    on golden.golden_id = cell.golden_id and cell.field = 'industry_code'
left join landing.version as version on cell.version_id = version.version_id
left join match.decision as decision on cell.decision_id = decision.decision_id
where record.channel = 'crm' and not record.is_deleted
order by record.source_key
"""


def give_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub write fields of the CRM that people fill there as well."""
    for module in (plan, deliver, reconcile):
        monkeypatch.setattr(module, "read_ownership", _read_owned)


def _read_owned(channel: str) -> dict[str, Ownership]:
    owned = read_ownership(channel)
    if channel != "crm":
        return owned
    shared = Ownership.model_validate({**owned["customer"].model_dump(), "owners": _OWNERS})
    return {**owned, "customer": shared}


def find_disowned(pipeline: Pipeline, people: People) -> list[tuple[str, str]]:
    """Return (record, field) where the last value of the field's owner does not stand."""
    found: list[tuple[str, str]] = []
    for channel in TARGETS:
        for entity, rule in _read_owned(channel).items():
            hubs = [name for name, owner in rule.owners.items() if owner == "hub"]
            found += _find_not_ours(pipeline, channel, entity, hubs)
    accounts = people.read("crm")
    for row in _select(_SHARED):
        if row.source_id in accounts:
            shared = _judge_shared(row, accounts[row.source_id], people)
            found += [(row.source_id, name) for name in shared]
    return found


def _select(statement: str, **params: str) -> Sequence[Any]:
    with db.begin() as connection:
        return connection.exec_driver_sql(statement, params).all()


def _find_not_ours(
    pipeline: Pipeline, channel: str, entity: str, names: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield fields of the hub that hold another value than the golden one, if there is one."""
    opened: Any = pipeline.open(channel)
    for source_id, golden in _select(_GOLDEN.format(entity=entity), channel=channel):
        wanted = {name: golden[name] for name in names if golden[name] is not None}
        record = opened.read_one(entity, source_id)
        if record is not None and record.op == "upsert":
            for name in compare_slots(wanted, opened.read_hub_fields(record)):
                yield f"{channel}/{entity}/{source_id}", name


def _judge_shared(row: Any, account: Mapping[str, Any], people: People) -> Iterator[str]:
    said = people.said.get(("crm", row.source_id, "phoneNumber"))
    if said and account["phoneNumber"] != said.text:
        yield "phone"
    said = people.said.get(("crm", row.source_id, "cShortName"))
    stands = account.get("cShortName") or ""
    if (row.short_name and not stands) or (said and said.text and stands != said.text):
        yield "short_name"
    if row.industry_code and not _is_newest(row, account, people):
        yield "industry_code"


def _is_newest(row: Any, account: Mapping[str, Any], people: People) -> bool:
    """Say whether the more recent of the two words on the industry stands there."""
    stands = parse_industry(account.get("industry"))
    said = people.said.get(("crm", row.source_id, "industry"))
    if stands != row.industry_code:
        return bool(stands == row.own_industry and row.version_at >= row.given_at)
    if said is None or parse_industry(said.text) in (None, stands):
        return True
    return bool(row.given_at > _read_moment(said))


def _read_moment(said: Said) -> datetime:
    return datetime.fromisoformat(said.at).replace(tzinfo=UTC)
