"""Law 6 by hand: what the lineage of golden cells and children gives, beside what the rows hold.

It opens the source records that lineage names, and asks the survivorship rule about each loser.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from customer_hub.channels.config import read_channels
from customer_hub.channels.policy import read_policy
from customer_hub.core import keys
from customer_hub.merge.children import CLASSIFIED, rank_heard
from customer_hub.merge.rules import (
    CONTACT_FIELDS,
    CUSTOMER_FIELDS,
    SEALED_FIELDS,
    FieldRule,
    read_survivorship,
)
from customer_hub.merge.survive import MEASURES, Candidate, Contest, living, put_together
from customer_hub.values.address import fold_street, is_same_place

Row = Mapping[str, Any]
_POINT_ORDER = ("mobile", "phone", "mail", "fax")


@dataclass(frozen=True, repr=False)
class Hub:
    """The opened source and golden rows of a small hub."""

    records: Mapping[str, Candidate]  # by source key
    members: Mapping[str, list[str]]  # by golden id
    goldens: Mapping[str, Mapping[str, str]]  # golden id -> field -> value
    entities: Mapping[str, str]
    lineage: Mapping[str, Mapping[str, Row]]  # golden id -> field -> row
    children: Mapping[tuple[str, str], list[Row]]  # (table, golden id or source key)
    pins: Mapping[int, Row]  # by decision id, with `values` opened


def read_hub(connection: Connection) -> Hub:
    """Open everything."""
    return _Reader(connection).read()


def find_faults(hub: Hub) -> list[str]:
    """Name every golden cell and child that its lineage does not account for; never a value."""
    found = []
    for golden_id in hub.goldens:
        found += [f"{golden_id}: {fault}" for fault in _check_cells(hub, golden_id)]
        found += [f"{golden_id}: {fault}" for fault in _check_children(hub, golden_id)]
    astray = hub.lineage.keys() - hub.goldens.keys()
    return found + [f"{golden_id}: lineage without a record" for golden_id in sorted(astray)]


def _check_cells(hub: Hub, golden_id: str) -> Iterator[str]:
    survivorship = read_survivorship(read_policy())
    is_customer = hub.entities[golden_id] == "customer"
    rules = survivorship.customer if is_customer else survivorship.contact
    golden, lineage = hub.goldens[golden_id], hub.lineage[golden_id]
    for name in sorted(golden.keys() - lineage.keys()):
        yield f"{name} has no lineage"
    for name, row in lineage.items():
        if row["is_cleared"] != (name not in golden):
            yield f"{name} is empty although nobody cleared it, or not although somebody did"
        # The status of a contact has no rule of its own: it is active as long as a record lives.
        rule = rules.get(name, FieldRule(criteria=("recency",), default="active"))
        members = [hub.records[key] for key in hub.members[golden_id]]
        if row["decision_id"] is not None:
            faults = _check_pinned(hub, name, rule, row, members, golden.get(name))
        else:
            faults = _check_cell(name, rule, row, lineage, members, golden.get(name))
        for fault in faults:
            yield f"{name} {fault}"


def _check_pinned(
    hub: Hub,
    name: str,
    rule: FieldRule,
    row: Row,
    members: Sequence[Candidate],
    value: str | None,
) -> Iterator[str]:
    keys = {each.source_key for each in members}
    pinned = name if row["rule"] == "pin" else rule.follows
    mine = {
        each["decision_id"]: each
        for each in hub.pins.values()
        if each["field"] == pinned and each["left_key"] in keys
    }
    pin = mine.get(row["decision_id"])
    if pin is None or pin["left_key"] != row["source_key"] or max(mine) != row["decision_id"]:
        yield "names no pin that holds for it"
    elif pin["values"].get(name) != value:
        yield "is not what its pin says"
    elif row["rule"] == "pin":
        lost = {(each["source_key"], each["lost_by"]) for each in row["losers"]}
        holders = [each for each in living(members) if each.has_opinion(name)]
        wanted = {(each.source_key, "pin") for each in holders if each.values.get(name) != value}
        wanted |= {(each["left_key"], "later_pin") for each in mine.values() if each != pin}
        if lost != wanted:
            yield "has other losers than those who say something else"


def _check_cell(
    name: str,
    rule: FieldRule,
    row: Row,
    lineage: Mapping[str, Row],
    members: Sequence[Candidate],
    value: str | None,
) -> Iterator[str]:
    asked = {each.source_key: each for each in living(members)}
    winner = asked.get(row["source_key"])
    if winner is None or winner.version_id != row["version_id"]:
        yield "names no current record that is asked"
        return
    holders = [each for each in asked.values() if each.has_opinion(name)]
    if row["rule"] in ("all_deleted", "default"):
        are_gone = all(each.is_deleted for each in members)
        if are_gone != (row["rule"] == "all_deleted") or (holders and not are_gone):
            yield f"is {row['rule']} without a cause"
        if value != ("archived" if are_gone else rule.default) or row["losers"]:
            yield f"is not what {row['rule']} gives"
        return
    if rule.aggregate and value is not None:
        yield from _check_aggregate(name, rule, row, asked, holders, value)
        return
    if winner.values.get(name) != value:
        yield "is not what the record that lineage names says"
    if row["rule"] == "follows":
        if row["losers"] or lineage[rule.follows]["source_key"] != winner.source_key:
            yield "does not follow"
        return
    yield from _check_losers(name, rule, row, winner, holders, members)


def _check_aggregate(
    name: str,
    rule: FieldRule,
    row: Row,
    asked: Mapping[str, Candidate],
    holders: Sequence[Candidate],
    value: str,
) -> Iterator[str]:
    keys = [row["source_key"], *row["input_keys"]]
    lost = {loser["source_key"] for loser in row["losers"]}
    assert rule.aggregate is not None
    if put_together(rule.aggregate, [asked[key].values[name] for key in keys]) != value:
        yield "is not what its inputs give"
    if {*keys, *lost} != {each.source_key for each in holders} or lost & set(keys):
        yield "names others than those who say something"


def _check_losers(
    name: str,
    rule: FieldRule,
    row: Row,
    winner: Candidate,
    holders: Sequence[Candidate],
    members: Sequence[Candidate],
) -> Iterator[str]:
    losers = {loser["source_key"]: loser["lost_by"] for loser in row["losers"]}
    value = winner.values.get(name)
    if losers.keys() != {each.source_key for each in holders if each.values.get(name) != value}:
        yield "has other losers than those who say something else"
    if row["rule"] not in (set(losers.values()) or {"only" if len(holders) == 1 else "agreed"}):
        yield f"was not decided by {row['rule']}"
    count = Counter(each.values.get(name) for each in holders)
    contest = Contest(rule, count, max(each.version_at for each in members))
    for other in holders:
        reason = _find_reason(name, contest, winner, other)
        if reason is None or losers.get(other.source_key, reason) != reason:
            yield f"did not win over {other.source_key} by its rule"


def _find_reason(name: str, contest: Contest, winner: Candidate, other: Candidate) -> str | None:
    """Return the criterion that puts the winner ahead of another; None if none does."""
    for criterion in contest.rule.criteria:
        mine, theirs = (MEASURES[criterion](each, name, contest) for each in (winner, other))
        if mine != theirs:
            return criterion if mine > theirs else None
    return "source_key" if winner.source_key <= other.source_key else None


def _check_children(hub: Hub, golden_id: str) -> Iterator[str]:
    members = [hub.records[key] for key in hub.members[golden_id]]
    kinds = ("phone", "mobile", "fax", "mail", "address", "tag")
    heard = {kind: rank_heard(members, kind) for kind in kinds}

    def told(table: str, kind: str | None = None) -> list[Row]:
        """Return the children of the members that count."""
        rows = [row for each in members for row in hub.children[table, each.source_key]]
        return [row for row in rows if row["source_key"] in heard[kind or row["type"]]]

    def best(rows: Sequence[Row], order: Any) -> set[str]:
        """Return each distinct child with the best of the records that have it."""
        kept: dict[str, Row] = {}
        for row in sorted(rows, key=order, reverse=True):
            kind = "phone" if row["type"] == "mobile" else row["type"]
            kept[_text(kind, row["value"])] = row
        return {_show(row) for row in kept.values()}

    points = [row for row in told("contact_point") if not row["is_masked"]]
    wanted = best(
        points,
        lambda row: (heard[row["type"]][row["source_key"]], _POINT_ORDER.index(row["type"])),
    )
    golden = hub.children["contact_point", golden_id]
    if sorted(map(_show, golden)) != sorted(wanted):
        yield "contact points are not the union of what the records have"
    preferred = [row["type"] for row in golden if row["is_preferred"]]
    if sorted(preferred) != sorted({row["type"] for row in golden}):
        yield "not one contact point of each type is preferred"
    given, kept = told("address", "address"), hub.children["address", golden_id]
    if not {_show(row) for row in kept} <= {_show(row) for row in given} or any(
        sum(_is_one_place(row, each) for each in kept) < 1 for row in given
    ):
        yield "addresses are not the union of what the records have"
    if any(_is_one_place(row, each) for row in kept for each in kept if row is not each):
        yield "one address stands twice"
    tags = {row["tag"] for row in told("tag", "tag")}
    if sorted(row["tag"] for row in hub.children["tag", golden_id]) != sorted(tags):
        yield "tags are not the union of what the records have"
    classified = {
        (scheme, hub.goldens[golden_id][name], hub.lineage[golden_id][name]["source_key"])
        for scheme, name in CLASSIFIED.items()
        if name in hub.goldens[golden_id]
    }
    rows = hub.children["classification", golden_id]
    if {(row["scheme"], row["code"], row["source_key"]) for row in rows} != classified:
        yield "classification is not that of the cells"


def _show(row: Row) -> str:
    place = [row.get("country_code"), row.get("region_code")]
    return _text(row["type"], row["value"], row["source_key"], *place)


def _is_one_place(row: Row, other: Row) -> bool:
    if row["type"] != other["type"]:
        return False
    streets = [fold_street(each["value"].get("street")) for each in (row, other)]
    if row["value"] == other["value"]:
        return True
    countries = {row["country_code"], other["country_code"]} - {None}
    if not streets[0] or streets[0] != streets[1] or len(countries) > 1:
        return False
    if row["region_code"] or other["region_code"]:
        return is_same_place(row["region_code"], other["region_code"])
    return row["value"].get("city") == other["value"].get("city")


def _text(*parts: Any) -> str:
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)


class _Reader:
    """Reads rows and opens what is sealed, by the tables alone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sealer = keys.sealer()
        subjects = self._rows("select reference, salt from privacy.subject_key")
        self._salts = {row["reference"]: bytes(row["salt"]) for row in subjects}

    def read(self) -> Hub:
        members = defaultdict(list)
        for row in self._rows("select golden_id::text, source_key from match.crosswalk"):
            members[row["golden_id"]].append(row["source_key"])
        lineage: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in self._rows("select * from master.cell_lineage"):
            lineage[str(row["golden_id"])][row["field"]] = row
        customers = self._rows("select * from master.customer")
        contacts = self._rows("select * from master.contact")
        goldens = {
            str(row["golden_id"]): self._open_cells("master.customer", "golden", row)
            for row in customers
        } | {str(row["golden_id"]): _text_of(row, (*CONTACT_FIELDS, "status")) for row in contacts}
        entities = {str(row["golden_id"]): "customer" for row in customers}
        entities |= {str(row["golden_id"]): "contact" for row in contacts}
        return Hub(
            self._read_records(),
            members,
            goldens,
            entities,
            lineage,
            self._children(),
            self._pins(),
        )

    def _pins(self) -> dict[int, Row]:
        """Return the pins that hold by the build's date."""
        found = {}
        for row in self._rows(
            "select pin.*, decision.left_key, decision.field from match.pin"
            " join match.decision as decision using (decision_id)"
            " left join hub.as_of on true where decision.deleted_at is null"
            " and (pin.until_on is null or as_of_on is null or pin.until_on >= as_of_on)"
        ):
            row["values"] = {}
            if row["value_sealed"] is not None:
                salt = self._salts[f"source:{row['left_key']}"]
                key, sealed = str(row["decision_id"]), bytes(row["value_sealed"])
                row["values"] = self._sealer.unseal("match.pin", row["segment"], key, salt, sealed)
            found[row["decision_id"]] = row
        return found

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in self._connection.exec_driver_sql(statement)]

    def _read_records(self) -> dict[str, Candidate]:
        trust = {name: channel.trust for name, channel in read_channels().items()}
        found = {}
        for row in self._rows("select * from source.customer"):
            values = self._open_cells("source.customer", "source", row)
            found[row["source_key"]] = _candidate(row, values, trust)
        for row in self._rows("select * from source.contact"):
            values = _text_of(row, CONTACT_FIELDS)
            found[row["source_key"]] = _candidate(row, values, trust)
        return found

    def _open_cells(self, table: str, kind: str, row: Row) -> dict[str, str]:
        key = str(row["golden_id" if kind == "golden" else "source_key"])
        values = _text_of(row, CUSTOMER_FIELDS)
        for segment in SEALED_FIELDS:
            sealed = row[f"{segment}_sealed"]
            if sealed is not None:
                salt = self._salts[f"{kind}:{key}"]
                opened = self._sealer.unseal(table, segment, key, salt, bytes(sealed))
                values |= {f"{segment}.{name}": str(value) for name, value in opened.items()}
        return values

    def _children(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self._rows("select *, golden_id as owner from master.classification"):
            found["classification", str(row["owner"])].append(row)
        for schema, owner, kind in (
            ("master", "golden_id", "golden"),
            ("source", "source_key", "source"),
        ):
            for row in self._rows(f"select * from {schema}.tag"):
                found["tag", str(row[owner])].append(row)
            for table in ("contact_point", "address"):
                for row in self._rows(f"select * from {schema}.{table} order by ordinal"):
                    key = str(row[owner])
                    row["value"] = self._sealer.unseal(
                        f"{schema}.{table}",
                        "contact",
                        f"{key}|{row['ordinal']}",
                        self._salts[f"{kind}:{key}"],
                        bytes(row["contact_sealed"]),
                    )
                    found[table, key].append(row)
        return found


def _candidate(row: Row, values: Mapping[str, str], trust: Mapping[str, int]) -> Candidate:
    return Candidate(
        source_key=row["source_key"],
        channel=row["channel"],
        version_id=row["version_id"],
        version_at=row["version_at"],
        is_deleted=row["is_deleted"],
        is_downgraded=row.get("is_validation_downgraded", False),
        trust=trust[row["channel"]],
        values=values,
        cleared=frozenset(row.get("cleared_fields", ())),
    )


def _text_of(row: Row, names: Sequence[str]) -> dict[str, str]:
    return {name: str(row[name]) for name in names if row[name] not in (None, "")}
