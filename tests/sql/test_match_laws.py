"""Laws 3 to 5 and 9 on a real database: order, rebuild, unrelated records, a steward's word."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_hub.core import db
from customer_hub.core.errors import HubError
from customer_hub.core.identity import golden_id
from customer_hub.core.policy import activate_version, make_policy, read_policy_files
from customer_hub.match import run
from customer_hub.match.decisions import ContradictionError, decide, withdraw
from customer_hub.match.run import match_pending
from tests.seeds import ON_POSTGRES, law
from tests.sql.source_rows import Source, drop, put
from tests.sql.test_match_pending import WANG, WANG_POS, WANG_SHOP, clear, crosswalk, load, state

PHONES = ("+8613800012345", "+8613900054321")
_records = st.lists(
    st.builds(
        lambda n, name, phones, mails, region, created: Source(
            f"crm/customer/{n}", name, phones=phones, mails=mails, region=region, created=created
        ),
        st.integers(0, 5),
        st.sampled_from(["王建国", "王先生", "Wang Jianguo", "王建军", "李明", None]),
        st.lists(st.sampled_from(PHONES), max_size=2, unique=True),
        st.lists(st.sampled_from(["wjg88@mail.example", "info@x.example"]), max_size=1),
        st.sampled_from(["440305", None]),
        st.one_of(st.none(), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=8,
)


@law(ON_POSTGRES)
@given(_records, st.data())
def test_deltas_equal_a_rebuild(hub: str, records: list[Source], data: st.DataObject) -> None:
    """Records come, change and go in chunks of any size; a rebuild of what stands is the same."""
    _deltas_equal_a_rebuild(records, data)


@law(ON_POSTGRES)
@given(_records, st.data())
def test_keys_that_cross_a_limit_move_what_a_rebuild_moves(
    hub: str, records: list[Source], data: st.DataObject
) -> None:
    """Limits of so few records and names that most keys cross one; portions of any size."""
    files = read_policy_files()
    narrow = {
        "cap": data.draw(st.integers(2, 4)), "shared_names": 1,
        "distinct_names": data.draw(st.integers(1, 2)),
    }  # fmt: skip
    policy = make_policy({**files, "match": {**files["match"], **narrow}})
    with db.begin() as connection:
        activate_version(connection, policy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "read_policy", lambda: policy)
        patch.setattr(run, "PORTION", data.draw(st.integers(1, 4)))
        _deltas_equal_a_rebuild(records, data)


def _deltas_equal_a_rebuild(records: list[Source], data: st.DataObject) -> None:
    clear()
    with db.begin() as connection:
        connection.exec_driver_sql("delete from source.customer")
    match_pending("empty")
    while records:
        size = data.draw(st.integers(1, len(records)))
        chunk, records = records[:size], records[size:]
        with db.begin() as connection:
            put(connection, *chunk)
            if data.draw(st.booleans()):
                drop(connection, chunk[0].key)
        match_pending("delta")
    _equals_a_rebuild()


def _equals_a_rebuild() -> None:
    incremental = state()
    clear()
    match_pending("rebuild")
    assert state() == incremental


def test_half_a_name_goes_to_the_one_that_stays(hub: str) -> None:
    """王先生 fits two; when one of them has another phone, the other's link counts again."""
    reach = {"phones": [PHONES[0]], "mails": ["wang77@mail.example"]}
    first = Source("crm/customer/1", "王建国", created=1, **reach)  # type: ignore[arg-type]
    second = Source("crm/customer/2", "王志强", created=2, **reach)  # type: ignore[arg-type]
    half = Source("pos/customer/7", "王先生", created=9, **reach)  # type: ignore[arg-type]
    load(half, first, second)
    assert len(set(crosswalk().values())) == 3
    load(Source("crm/customer/1", "王建国", phones=[PHONES[1]], created=1, at=1))
    assert crosswalk()[half.key] == crosswalk()[second.key]
    _equals_a_rebuild()


@pytest.mark.parametrize("silent", [(), ("mail",)])
def test_a_mail_that_names_come_to_share_says_less(
    hub: str, silent: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = read_policy_files()
    kinds = [*files["match"]["silent_kinds"], *silent]
    policy = make_policy({**files, "match": {**files["match"], "silent_kinds": kinds}})
    with db.begin() as connection:
        activate_version(connection, policy)
    monkeypatch.setattr(run, "read_policy", lambda: policy)
    mails = ["wang77@mail.example"]
    load(
        Source("crm/customer/1", "王建国", phones=[PHONES[0]], mails=mails, created=1),
        Source("crm/customer/2", "王建国", phones=[PHONES[0]], mails=mails, created=2),
    )
    for number, name in enumerate(("李明", "张伟", "刘洋", "陈静")):
        load(Source(f"pos/customer/{number}", name, mails=mails, created=9))
    _equals_a_rebuild()


def test_the_size_of_a_load_does_not_matter(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load(WANG, WANG_SHOP, WANG_POS)
    wanted = state()
    clear()
    for room in ("keyring", "pairs", "regroup"):
        monkeypatch.setattr(f"customer_hub.match.{room}.MANY", 1)  # every load is a big one
    match_pending("bulk")
    assert state() == wanted


def test_an_unrelated_record_changes_nothing(hub: str) -> None:
    load(WANG, WANG_SHOP, WANG_POS)
    before = state()
    stranger = Source("crm/customer/zz", "李明", phones=["+8613900054321"], created=0)
    load(stranger)
    after = state()
    for name, rows in before.items():
        assert set(rows) <= set(after[name])
    with db.begin() as connection:
        drop(connection, stranger.key)
    match_pending("gone")
    assert state() == before


def test_a_key_that_proposes_nobody_moves_nobody(hub: str) -> None:
    """Companies whose brands begin alike, of more and more names."""
    names = ("泰盛达贸易", "泰盛和物流", "泰盛安科技", "泰盛康食品", "泰盛兴建材", "泰盛丰机械")
    firms = [
        Source(f"crm/customer/{number}", f"深圳{name}有限公司", "organisation")
        for number, name in enumerate(names)
    ]
    for firm in firms:
        with db.begin() as connection:
            put(connection, firm)
        assert match_pending("one more").counts["touched"] == 1


def test_a_killed_match_leaves_everything_as_it_was(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(WANG)
    before = state()
    with db.begin() as connection:
        put(connection, WANG_SHOP)
    monkeypatch.setattr("customer_hub.match.run._empty_queue", _die)
    with pytest.raises(KeyboardInterrupt):
        match_pending("killed")
    assert state() == before
    monkeypatch.undo()


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_two_matches_at_once_are_refused(hub: str) -> None:
    with db.hold_lock("match"), pytest.raises(HubError, match="another run"):
        match_pending("second")


def test_an_unmerge_is_as_though_the_merge_had_not_been(hub: str) -> None:
    load(WANG)
    load(WANG_POS)
    assert len(set(crosswalk().values())) == 1
    decision = decide("cannot-link", WANG.key, WANG_POS.key, "steward", "two people")
    match_pending("split")
    assert crosswalk() == {key: str(golden_id(key)) for key in (WANG.key, WANG_POS.key)}
    clear()
    match_pending("rebuild")
    assert len(set(crosswalk().values())) == 2
    withdraw(decision, "steward", "I was wrong")
    match_pending("join")
    assert len(set(crosswalk().values())) == 1
    with pytest.raises(HubError, match="no decision"):
        withdraw(decision, "steward", "I was wrong")
    with db.begin() as connection:
        entries = connection.exec_driver_sql(
            "select actor, action, subject, reason from hub.audit_log order by entry_id"
        ).all()
    assert [tuple(entry) for entry in entries] == [
        ("steward", "decide cannot-link", f"decision {decision}", "two people"),
        ("steward", "withdraw decision", f"decision {decision}", "I was wrong"),
    ]


def test_a_word_without_a_reason_is_not_taken(hub: str) -> None:
    load(WANG, WANG_POS)
    with pytest.raises(HubError, match="no reason"):
        decide("cannot-link", WANG.key, WANG_POS.key, "steward", " ")
    match_pending("next")
    assert len(set(crosswalk().values())) == 1


def test_a_must_link_outranks_a_veto(hub: str) -> None:
    people = [
        Source(
            f"crm/customer/{n}", "王建国", phones=[PHONES[0]], created=n,
            identity={"identity_type": "resident_id", "identity_number": number},
        )
        for n, number in enumerate(("11010519491231002X", "360426199101010071"))
    ]  # fmt: skip
    load(*people)
    assert len(set(crosswalk().values())) == 2
    decide("must-link", people[0].key, people[1].key, "steward", "one passport, two mistakes")
    match_pending("join")
    assert set(crosswalk().values()) == {str(golden_id(people[0].key))}


def test_a_contradiction_is_refused_with_its_chain(hub: str) -> None:
    names = [Source(f"crm/customer/{n}", f"王{given}") for n, given in enumerate("伟强明")]
    load(*names, Source("crm/customer/firm", "泰盛贸易有限公司", "organisation"))
    first, second, third = (each.key for each in names)
    one = decide("must-link", first, second, "steward", "x")
    two = decide("must-link", third, second, "steward", "x")
    with pytest.raises(ContradictionError, match=rf"{one} \(must-link\), {two} \(must-link\)"):
        decide("cannot-link", first, third, "steward", "x")
    with pytest.raises(HubError, match="never one customer"):
        decide("must-link", first, "crm/customer/firm", "steward", "x")
    with pytest.raises(HubError, match="no such source record"):
        decide("must-link", first, f"crm/customer/{secrets.token_hex(4)}", "steward", "x")
