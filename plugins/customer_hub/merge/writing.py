"""Write golden records: rows, children, lineage and versions, set by set."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from customer_hub.core import sql
from customer_hub.core.copy_lines import make_array
from customer_hub.core.seal import Sealer
from customer_hub.core.subjects import ensure_salts
from customer_hub.merge.golden import Golden, measure_completeness
from customer_hub.merge.rules import CONTACT_FIELDS, CUSTOMER_FIELDS, SEALED_FIELDS, Survivorship

# Made once: json.dumps would build an encoder for each of a million values.
_to_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
# (table, golden id, ordinal) -> (digest, sealed) of children as they stand.
_Kept = dict[tuple[str, UUID, int], tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a merge does to one golden id; ``version_no`` is that of its version from now on."""

    golden_id: UUID
    entity: str
    kind: str
    version_no: int
    digest: bytes


class GoldenWriter:
    """Writes one chunk of golden records inside the caller's transaction.

    What is sealed already and did not change keeps its bytes. ``is_first`` says that nothing is.
    """

    def __init__(
        self,
        session: sql.Session,
        sealer: Sealer,
        rules: Survivorship,
        policy_version: int,
        *,
        is_first: bool,
    ) -> None:
        self._session = session
        self._sealer = sealer
        self._rules = rules
        self._policy_version = policy_version
        self._is_first = is_first
        self._salts: dict[str, bytes] = {}

    def write(self, goldens: Sequence[Golden], verdicts: Mapping[UUID, Verdict]) -> None:
        """Write records, children and lineage; versions where content changed."""
        self._salts = ensure_salts(self._session, [f"golden:{each.key}" for each in goldens])
        ids = make_array(golden.golden_id for golden in goldens)
        kept, state = ({}, {}) if self._is_first else self._take_out(ids)
        customers = [each for each in goldens if each.entity == "customer"]
        self._write_customers(customers, verdicts, state)
        self._write_contacts([each for each in goldens if each.entity == "contact"], verdicts)
        self._write_children(goldens, kept)
        changed = [each for each in goldens if verdicts[each.golden_id].kind != "unchanged"]
        self._write_versions(changed, verdicts)

    def _take_out(self, ids: str) -> tuple[_Kept, dict[UUID, Row[Any]]]:
        """Remove what stands of golden records; returns what need not be sealed again."""
        kept = self._read_sealed_children(ids)
        state = {
            row.golden_id: row
            for row in sql.rows(self._session, "merge/select_customer_state", golden_ids=ids)
        }
        sql.act(self._session, "merge/delete_children", golden_ids=ids)
        sql.act(self._session, "merge/delete_goldens", golden_ids=ids)
        return kept, state

    def remove(self, removed: Sequence[Verdict], last: Mapping[UUID, Row[Any]]) -> None:
        """Take golden records without members out of the master; a version says that they went."""
        ids = make_array(verdict.golden_id for verdict in removed)
        sql.act(self._session, "merge/delete_children", golden_ids=ids)
        sql.act(self._session, "merge/delete_goldens", golden_ids=ids)
        sql.act(self._session, "merge/close_versions", golden_ids=ids)
        sql.copy_in(
            self._session,
            "merge/copy_versions",
            (
                (
                    each.golden_id, each.version_no, each.entity, last[each.golden_id].valid_from,
                    "removed", "{}", "{}", [], [], [], "{}", each.digest, self._policy_version,
                )
                for each in removed
            ),
        )  # fmt: skip

    def _write_customers(
        self,
        goldens: Sequence[Golden],
        verdicts: Mapping[UUID, Verdict],
        state: Mapping[UUID, Row[Any]],
    ) -> None:
        sql.copy_in(
            self._session,
            "merge/copy_customers",
            (
                (
                    each.key,
                    *(each.value(name) for name in CUSTOMER_FIELDS),
                    *(
                        part
                        for segment in SEALED_FIELDS
                        for part in self._seal_segment(each, segment, state.get(each.golden_id))
                    ),
                    len(each.members),
                    round(measure_completeness(each, self._rules.completeness), 4),
                    *self._end_row(each, verdicts),
                )
                for each in goldens
            ),
        )

    def _write_contacts(self, goldens: Sequence[Golden], verdicts: Mapping[UUID, Verdict]) -> None:
        sql.copy_in(
            self._session,
            "merge/copy_contacts",
            (
                (
                    each.key,
                    *(each.value(name) for name in (*CONTACT_FIELDS, "status")),
                    len(each.members),
                    *self._end_row(each, verdicts),
                )
                for each in goldens
            ),
        )

    def _end_row(self, golden: Golden, verdicts: Mapping[UUID, Verdict]) -> tuple[Any, ...]:
        verdict = verdicts[golden.golden_id]
        return verdict.version_no, verdict.digest, self._policy_version

    def _seal_segment(
        self, golden: Golden, segment: str, state: Row[Any] | None
    ) -> tuple[bytes | None, bytes | None]:
        value = golden.segment(segment)
        if not value:
            return None, None
        digest = self._sealer.digest(value)
        old = getattr(state, f"{segment}_digest", None)
        if old is not None and bytes(old) == digest:
            return bytes(getattr(state, f"{segment}_sealed")), digest
        return self._seal(golden, "master.customer", segment, "", value), digest

    def _seal(self, golden: Golden, table: str, segment: str, ordinal: str, value: Any) -> bytes:
        key = f"{golden.key}|{ordinal}" if ordinal else golden.key
        salt = self._salts[f"golden:{golden.key}"]
        return self._sealer.seal(table, segment, key, salt, value)

    def _read_sealed_children(self, ids: str) -> dict[tuple[str, UUID, int], tuple[bytes, bytes]]:
        return {
            (table, row.golden_id, row.ordinal): (
                bytes(row.contact_digest),
                bytes(row.contact_sealed),
            )
            for table, name in (
                ("master.contact_point", "merge/select_golden_points"),
                ("master.address", "merge/select_golden_addresses"),
            )
            for row in sql.rows(self._session, name, golden_ids=ids)
        }

    def _write_children(
        self,
        goldens: Sequence[Golden],
        kept: _Kept,
    ) -> None:
        def seal(golden: Golden, table: str, ordinal: int, digest: bytes, value: Any) -> bytes:
            old = kept.get((table, golden.golden_id, ordinal))
            if old is not None and old[0] == digest:
                return old[1]
            return self._seal(golden, table, "contact", str(ordinal), dict(value))

        sql.copy_in(
            self._session,
            "merge/copy_points",
            (
                (
                    golden.key, n, point.type, point.is_preferred, point.is_generic,
                    seal(golden, "master.contact_point", n, point.digest, point.value),
                    point.digest, point.source_key,
                )
                for golden in goldens
                for n, point in enumerate(golden.family.points)
            ),
        )  # fmt: skip
        sql.copy_in(
            self._session,
            "merge/copy_addresses",
            (
                (
                    golden.key, n, each.type, each.country_code, each.region_code,
                    each.is_preferred,
                    seal(golden, "master.address", n, each.digest, each.value),
                    each.digest, each.source_key,
                )
                for golden in goldens
                for n, each in enumerate(golden.family.addresses)
            ),
        )  # fmt: skip
        self._write_plain_children(goldens)

    def _write_plain_children(self, goldens: Sequence[Golden]) -> None:
        for name, rows in (
            ("merge/copy_tags", [(g.key, tag) for g in goldens for tag in g.family.tags]),
            (
                "merge/copy_classifications",
                [(g.key, *row) for g in goldens for row in g.family.classification],
            ),
            (
                "merge/copy_relations",
                [(g.key, *row) for g in goldens for row in g.family.relations],
            ),
            ("merge/copy_lineage", [row for g in goldens for row in _trace(g)]),
        ):
            sql.copy_in(self._session, name, rows)

    def _write_versions(self, changed: Sequence[Golden], verdicts: Mapping[UUID, Verdict]) -> None:
        ids = make_array(golden.golden_id for golden in changed)
        sql.act(self._session, "merge/close_versions", golden_ids=ids)
        sql.copy_in(
            self._session,
            "merge/copy_versions",
            (
                (
                    golden.key, verdicts[golden.golden_id].version_no, golden.entity,
                    golden.valid_from, verdicts[golden.golden_id].kind,
                    *_split_values(golden), list(golden.members), list(golden.members.values()),
                    sorted({each.decision_id for each in golden.cells.values() if each.decision_id}),
                    _point_to_children(golden),
                    verdicts[golden.golden_id].digest, self._policy_version,
                )
                for golden in changed
            ),
        )  # fmt: skip


def _trace(golden: Golden) -> Iterator[tuple[Any, ...]]:
    """Yield the lineage rows of a record: who gave each cell, by which rule, who lost by what."""
    for name, cell in sorted(golden.cells.items()):
        losers = [{"source_key": key, "lost_by": why} for key, why in cell.losers]
        # Nearly all cells have neither losers nor inputs, and an empty list costs as much as a full one.
        yield (
            golden.key, name, cell.source_key, cell.version_id, cell.rule,
            _to_json(losers) if losers else "[]", cell.value is None,
            list(cell.inputs) if cell.inputs else "{}", cell.decision_id,
        )  # fmt: skip


def _split_values(golden: Golden) -> tuple[str, str]:
    """Return values in clear, and pointers (source key, landed version, field) to sealed ones.

    The value of a cell that was explicitly cleared is null; one without an opinion is absent. A
    pinned value is pointed to by the pin's decision.
    """
    clear = {name: cell.value for name, cell in golden.cells.items() if "." not in name}
    pointers: dict[str, dict[str, Any]] = {}
    for name, cell in golden.cells.items():
        if "." in name:
            pointer = {"source_key": cell.source_key, "version_id": cell.version_id, "field": name}
            if cell.decision_id is not None:
                pointer["decision_id"] = cell.decision_id
            if cell.inputs:
                pointer["rule"] = cell.rule
                pointer["inputs"] = [[key, golden.members[key]] for key in cell.inputs]
            if cell.value is None:
                pointer["is_cleared"] = True
            pointers[name] = pointer
    return (
        _to_json(clear),
        _to_json(pointers),
    )


def _point_to_children(golden: Golden) -> str:
    """Return tags and relations, and pointers to contact points and addresses."""
    family = golden.family
    points = [
        {
            "type": each.type, "source_key": each.source_key, "ordinal": each.ordinal,
            "version_id": golden.members[each.source_key],
            "is_preferred": each.is_preferred, "is_generic": each.is_generic,
        }
        for each in family.points
    ]  # fmt: skip
    addresses = [
        {
            "type": each.type, "source_key": each.source_key, "ordinal": each.ordinal,
            "version_id": golden.members[each.source_key], "is_preferred": each.is_preferred,
        }
        for each in family.addresses
    ]  # fmt: skip
    named = {
        "tags": family.tags,
        "relations": family.relations,
        "points": points,
        "addresses": addresses,
    }
    return _to_json({name: value for name, value in named.items() if value})
