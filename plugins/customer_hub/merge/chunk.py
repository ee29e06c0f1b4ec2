"""Merge one chunk of golden ids: read, choose, compare with what stands, write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from customer_hub.core import sql
from customer_hub.core.copy_lines import make_array
from customer_hub.core.keys import sealer as open_sealer
from customer_hub.core.seal import Sealer
from customer_hub.merge.golden import Golden, build_golden
from customer_hub.merge.reading import read_batch
from customer_hub.merge.rules import Survivorship
from customer_hub.merge.writing import GoldenWriter, Verdict


@dataclass(frozen=True, slots=True)
class Plan:
    """What is the same for every chunk of a run.

    ``trusts`` are the channels'; a phone or mail that more than ``shared_names`` hold is generic.
    ``is_first`` says that no golden record stands.
    """

    rules: Survivorship
    policy_version: int
    shared_names: int
    trusts: Mapping[str, int]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a chunk's golden ids, in their order, and the pins that met in them.

    ``met`` are (golden id, field, pin that holds, pin that it outranks).
    """

    verdicts: list[Verdict]
    met: list[tuple[UUID, str, int, int]]


def merge_chunk(plan: Plan, session: sql.Session, chunk: Sequence[UUID]) -> Outcome:
    """Write the golden records of a chunk; what it reads no other chunk of the run writes."""
    sealer = open_sealer()
    batch = read_batch(session, sealer, chunk, plan.trusts, plan.shared_names)
    goldens = [build_golden(each, batch, plan.rules) for each in chunk if batch.members.get(each)]
    standing = sql.rows(session, "merge/select_versions", golden_ids=make_array(chunk))
    last = {row.golden_id: row for row in standing}
    verdicts = {
        golden.golden_id: _judge(golden, sealer, last.get(golden.golden_id)) for golden in goldens
    }
    writer = GoldenWriter(session, sealer, plan.rules, plan.policy_version, is_first=plan.is_first)
    if goldens:
        writer.write(goldens, verdicts)
    removed = _judge_removed(sealer, set(chunk) - verdicts.keys(), last)
    if removed:
        writer.remove(removed, last)
    return Outcome(
        sorted([*verdicts.values(), *removed], key=lambda verdict: verdict.golden_id),
        sorted({(golden.golden_id, *pins) for golden in goldens for pins in golden.met}),
    )


def _judge(golden: Golden, sealer: Sealer, last: Row[Any] | None) -> Verdict:
    digest = sealer.digest(golden.content())
    version = last.version_no if last is not None else 0
    if last is None or last.op == "removed":
        return Verdict(golden.golden_id, golden.entity, "created", version + 1, digest)
    if bytes(last.content_digest) == digest:
        return Verdict(golden.golden_id, golden.entity, "unchanged", version, digest)
    return Verdict(golden.golden_id, golden.entity, "changed", version + 1, digest)


def _judge_removed(
    sealer: Sealer, without_members: set[UUID], last: Mapping[UUID, Row[Any]]
) -> list[Verdict]:
    """Return the golden ids that stand in the master but hold no source record any more."""
    digest = sealer.digest("removed")
    return [
        Verdict(
            golden_id, last[golden_id].entity, "removed", last[golden_id].version_no + 1, digest
        )
        for golden_id in sorted(without_members & last.keys())
        if last[golden_id].op != "removed"
    ]
