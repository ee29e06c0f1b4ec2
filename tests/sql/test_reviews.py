"""The review queue: what is asked, what it is worth, and when a question goes by itself."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from customer_hub.core import db, tasks
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.match import review
from customer_hub.match.decisions import decide, unmerge, withdraw
from customer_hub.match.regroup import Member
from customer_hub.match.review import ask_again, open_reviews
from customer_hub.match.run import match_pending
from tests.seeds import ON_POSTGRES, law
from tests.sql.source_rows import Source, drop, put
from tests.sql.test_match_laws import PHONES
from tests.sql.test_match_pending import WANG, clear, crosswalk, load

NAMESAKE = Source("pos/customer/7", "王建国", region="440300", created=9)
AGAINST = {"name": {"level": "different", "weight": -9_000}}
FOR = {"phone": {"level": "equal", "weight": 9_000}}
Found = list[tuple[Any, ...]]


def put_edges(connection: Connection, **pairs: tuple[int, dict[str, Any]]) -> None:
    """Write edges by the letters of their records, e.g. ab=(1_000, FOR)."""
    for (left, right), (score, evidence) in ((tuple(name), edge) for name, edge in pairs.items()):
        connection.exec_driver_sql(
            "insert into match.edge (left_key, right_key, entity, score, is_veto, evidence,"
            " proposed_by, model_version) values (%(left)s, %(right)s, 'customer', %(score)s,"
            " %(veto)s, %(evidence)s, '{phone}', 'm') on conflict (left_key, right_key)"
            " do update set score = excluded.score, evidence = excluded.evidence",
            {
                "left": left,
                "right": right,
                "score": score,
                "veto": evidence.get("identity", {}).get("level") == "veto",
                "evidence": json.dumps(evidence),
            },
        )


def ask(connection: Connection, *clusters: str, limit: int = 100, guarded: str = "") -> Found:
    """Write clusters and ask about all their records; returns subject, cause and worth by rank."""
    after = {}
    for members in clusters:
        for key in members:
            is_guarded = key in guarded
            after[key] = Member("customer", members[0], is_guarded, golden_id(members[0]))
            connection.exec_driver_sql(
                "insert into match.cluster_member values (%(key)s, 'customer', %(cluster)s, %(g)s)"
                " on conflict (source_key) do update set cluster_key = excluded.cluster_key",
                {"key": key, "cluster": members[0], "g": is_guarded},
            )
    ask_again(connection, {}, after)
    open_reviews(connection, limit)
    return [
        (task.subject, task.detail["cause"], task.expected_value)
        for task in tasks.list_tasks(connection)
    ]


def test_a_call_is_close_on_either_side_of_the_threshold(hub: str) -> None:
    with db.begin() as connection:
        put_edges(connection, ab=(1, FOR), cd=(-1_000, FOR), ef=(4_100, FOR), gh=(-4_100, FOR))
        found = ask(connection, "ab", "c", "d", "ef", "g", "h")
    assert found == [("a b", "close_call", 500 * 4), ("c d", "close_call", 333 * 4)]


def test_two_customers_are_asked_about_once(hub: str) -> None:
    with db.begin() as connection:
        put_edges(connection, ab=(6_000, FOR), ac=(-1_000, FOR), bc=(-900, FOR), ad=(-2_000, FOR))
        found = ask(connection, "ab", "c", "d")
        assert [(subject, cause) for subject, cause, _ in found] == [
            ("b c", "close_call"), ("a d", "close_call"),
        ]  # fmt: skip
        assert len(ask(connection, "ab", "c", "d", limit=1)) == 1


def test_a_link_that_a_third_record_supports_is_no_question_and_a_bridge_is(hub: str) -> None:
    with db.begin() as connection:
        put_edges(connection, ab=(1_000, FOR), ac=(6_000, FOR), bc=(6_000, FOR))
        assert ask(connection, "abc") == []
        put_edges(connection, cd=(1_000, FOR))
        assert ask(connection, "abcd") == [("c d", "weak_bridge", 333 * 6)]


def test_voices_that_contradict_each_other_are_even(hub: str) -> None:
    veto = {"identity": {"level": "veto", "weight": -30_000}}
    with db.begin() as connection:
        put_edges(
            connection,
            ab=(-14_000, AGAINST),
            cd=(5_000, FOR),
            ef=(-34_000, veto),
            gh=(-14_000, veto),
        )
        found = ask(connection, "ab", "c", "d", "ef", "g", "h")
    assert found == [
        ("a b", "conflict", 500 * 4), ("c d", "blocked", 500 * 4), ("e f", "conflict", 500 * 4),
    ]  # fmt: skip


def test_orders_weigh_and_the_limit_keeps_what_matters_most(hub: str) -> None:
    with db.begin() as connection:
        put_edges(connection, ab=(1, FOR), cd=(1_000, FOR), ef=(500, FOR))
        connection.exec_driver_sql(
            "insert into source.sales_order (source_key, channel, source_id, version_id,"
            " version_at, is_deleted, order_number, order_key, customer_source_key,"
            " standardiser_version)"
            " select n::text, 'shop', n::text, n, now(), false, n::text, n::text, 'd', 1"
            " from generate_series(1, 5) as n"
        )
        clusters = ("ab", "cd", "ef")
        assert ask(connection, *clusters) == [
            ("c d", "close_call", 333 * 9),
            ("a b", "close_call", 500 * 4),
            ("e f", "close_call", 414 * 4),
        ]
        assert [row[0] for row in ask(connection, *clusters, limit=2)] == ["c d", "a b"]
        task = tasks.list_tasks(connection)[0]
        put_edges(connection, cd=(11_000, FOR))
        assert [row[0] for row in ask(connection, *clusters, limit=2)] == ["a b", "e f"]
        assert ask(connection, *clusters, limit=0) == []
    assert (task.look, task.join, task.part) == (
        "hub explain c d", "hub decide must-link c d --reason WHY",
        "hub decide cannot-link c d --reason WHY",
    )  # fmt: skip
    assert (task.detail["orders"], task.detail["chance"], task.detail["records"]) == (5, 333, 2)


def test_a_guard_asks_once_for_all_parts(hub: str) -> None:
    with db.begin() as connection:
        put_edges(connection, ab=(6_000, FOR), bc=(7_000, FOR), xy=(6_000, FOR))
        found = ask(connection, "a", "b", "c", "x", "y", guarded="abcxy")
    assert found == [("a b", "guard", 500 * 6), ("x y", "guard", 500 * 4)]


def open_subjects() -> list[str]:
    with db.begin() as connection:
        return [task.subject for task in tasks.list_tasks(connection)]


def states() -> list[str]:
    with db.begin() as connection:
        return list(
            connection.exec_driver_sql("select state from steward.task order by task_id").scalars()
        )


@pytest.fixture
def doubtful(hub: str) -> str:
    """A hub that took two of one name and town for one, if barely; returns the task's subject."""
    load(WANG, NAMESAKE)
    return f"{WANG.key} {NAMESAKE.key}"


def match_again(*records: Source) -> None:
    with db.begin() as connection:
        put(connection, *(records or (WANG, NAMESAKE)))
    match_pending("again")


def test_a_question_is_asked_once_and_goes_when_it_is_answered(doubtful: str) -> None:
    assert open_subjects() == [doubtful]
    match_again()
    assert open_subjects() == [doubtful]
    assert states() == ["open"]
    for kind in ("must-link", "cannot-link"):
        word = decide(kind, WANG.key, NAMESAKE.key, "lin", "asked them")  # type: ignore[arg-type]
        match_pending("decided")
        assert states() == ["gone"], kind
        withdraw(word, "lin", "a mistake")
        match_pending("withdrawn")
        assert states() == ["open"]
    unmerge(golden_id(WANG.key), [[WANG.key], [NAMESAKE.key]], "lin", "asked them")
    match_pending("unmerged")
    assert states() == ["gone"]


def test_a_family_name_with_a_phone_alone_is_a_question(hub: str) -> None:
    half = Source("pos/customer/7", "王先生", phones=WANG.phones, created=9)
    load(WANG, half)
    assert open_subjects() == [f"{WANG.key} {half.key}"]
    decide("must-link", WANG.key, half.key, "lin", "asked them")
    match_pending("decided")
    assert open_subjects() == []
    assert len(set(crosswalk().values())) == 1


def test_a_dismissed_question_comes_back_with_other_evidence_only(doubtful: str) -> None:
    with db.begin() as connection:
        number = tasks.list_tasks(connection)[0].task_id
    tasks.close_task(number, "dismissed", "lin", "never mind")
    match_again()
    assert states() == ["dismissed"]
    # That nothing is known of the town is other evidence.
    changed = Source(**{**_facts(NAMESAKE), "region": None})
    match_again(WANG, changed)
    assert states() == ["open"]
    match_again()
    assert states() == ["open"]
    with pytest.raises(HubError, match="not open"):
        tasks.close_task(number + 1, "done", "lin", "there is one task only")


def _facts(record: Source) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def questions() -> list[tuple[Any, ...]]:
    with db.begin() as connection:
        rows = connection.exec_driver_sql(
            "select left_key, right_key, cause, chance, record_count, customer_count,"
            " evidence_digest from match.review order by 1, 2"
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def wide(hub: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A hub that asks about nearly every edge."""
    monkeypatch.setattr(review, "MARGIN", 40_000)
    return hub


_records = st.builds(
    lambda number, name, phones, mails: Source(
        f"crm/customer/{number}", name, phones=phones, mails=mails, created=number
    ),
    st.integers(0, 5),
    st.sampled_from(["王建国", "王先生", "Wang Jianguo", "王建军", None]),
    st.lists(st.sampled_from(PHONES), max_size=2, unique=True),
    st.lists(st.sampled_from(["wjg88@mail.example", "info@x.example"]), max_size=1),
)


@law(ON_POSTGRES)
@given(st.lists(st.lists(_records, min_size=2, max_size=5), min_size=2, max_size=4), st.data())
def test_questions_kept_by_deltas_are_those_of_a_rebuild(
    wide: str, chunks: list[list[Source]], data: st.DataObject
) -> None:
    with db.begin() as connection:
        connection.exec_driver_sql("delete from source.customer; delete from match.decision")
    clear()
    match_pending("empty")
    for chunk in chunks:
        with db.begin() as connection:
            put(connection, *chunk)
            if data.draw(st.booleans()):
                drop(connection, chunk[0].key)
        keys = sorted({record.key for record in chunk[1:]})
        if len(keys) > 1 and data.draw(st.booleans()):
            with db.begin() as connection:
                connection.exec_driver_sql(
                    "insert into match.decision (kind, left_key, right_key, author, reason)"
                    " values ('cannot-link', %(left)s, %(right)s, 'lin', 'x')",
                    {"left": keys[0], "right": keys[1]},
                )
        match_pending("delta")
    kept = questions()
    clear()
    with pytest.MonkeyPatch.context() as patch:
        for room in ("run", "regroup"):
            patch.setattr(f"customer_hub.match.{room}.PORTION", data.draw(st.integers(1, 4)))
        match_pending("rebuild")
    assert questions() == kept
