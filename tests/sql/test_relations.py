"""Relations between golden records: who speaks for whom, is whom, lives with whom (law 4 too)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from customer_hub.core.identity import golden_id
from tests.landed import Landing, accept
from tests.records import make_account, make_contact, make_person
from tests.seeds import ON_POSTGRES, law
from tests.sql.test_pins import build, execute, expect_the_same_from_a_rebuild

MOBILE, OTHER = "13800138011", "13900139022"
CONTACT = "crm/contact/k1"


def person_key(number: int) -> str:
    return f"crm/customer/p{number}"


def put_person(number: int, name: str, hour: float = 1, **changes: Any) -> None:
    """Land a person with papers, birth date and mail of their own."""
    paper = {
        "cIdentityType": "passport", "cIdentityNumber": f"E1234567{number}",
        "cBirthDate": f"19{60 + number}-03-04", "emailAddress": f"p{number}@mail.example",
        "cMobile": MOBILE, "createdAt": f"2025-03-0{number} 02:00:00",
    }  # fmt: skip
    person = make_person(id=f"p{number}", name=name, **(paper | changes))
    accept([Landing(f"p{number}", person, hour=hour)])


def put_contact(hour: float = 1, **changes: Any) -> None:
    contact = make_contact(id="k1", accountId="firm", cMobile=MOBILE, **changes)
    accept([Landing("k1", contact, hour=hour, customer_id="firm")], entity="contact")


def put_firm(source_id: str = "firm", hour: float = 1, **changes: Any) -> None:
    account = make_account(id=source_id, **changes)
    accept([Landing(source_id, account, hour=hour)])


def relations(kind: str) -> set[tuple[Any, Any]]:
    rows = execute("select * from master.relation where kind = %(kind)s", kind=kind)
    return {(row.golden_id, row.other_golden_id) for row in rows}


def test_a_contact_who_is_a_customer_too_is_linked_and_never_merged(hub: str) -> None:
    put_firm()
    put_contact()
    build()
    assert relations("same_person") == set()
    put_person(1, "李娜")
    put_person(2, "李强")
    build()
    link = (golden_id(CONTACT), golden_id(person_key(1)))
    assert relations("same_person") == {link}
    assert relations("contact_of") == {(golden_id(CONTACT), golden_id("crm/customer/firm"))}
    expect_the_same_from_a_rebuild()
    put_person(1, "李娜", hour=2, cMobile=OTHER)
    build()
    assert relations("same_person") == set()
    expect_the_same_from_a_rebuild()
    # By mail as well, and by a name that is spelled in Latin letters.
    put_person(1, "Li Na", hour=3, cMobile=OTHER, emailAddress="li.na@yunfan.example")
    build()
    assert relations("same_person") == {link}
    expect_the_same_from_a_rebuild()


def test_a_household_shares_surname_and_a_phone_of_its_own(hub: str) -> None:
    put_person(1, "李娜")
    put_person(2, "李强")
    put_person(3, "王伟")
    build()
    first, second = golden_id(person_key(1)), golden_id(person_key(2))
    assert relations("household") == {(first, second), (second, first)}
    expect_the_same_from_a_rebuild()
    # A phone that too many names hold is an agent's, and no household's.
    put_person(4, "赵敏")
    build()
    assert relations("household") == set()
    expect_the_same_from_a_rebuild()
    put_person(4, "赵敏", hour=2, cMobile=OTHER)
    build()
    assert relations("household") == {(first, second), (second, first)}
    expect_the_same_from_a_rebuild()
    accept([Landing("p2", None, hour=4)])
    build()
    assert relations("household") == set()
    expect_the_same_from_a_rebuild()


def test_a_title_form_is_nobody_in_particular(hub: str) -> None:
    put_person(1, "李娜")
    put_person(2, "李先生", cIdentityNumber=None, cIdentityType=None)
    build()
    assert relations("household") == set()


def test_a_departments_contacts_belong_to_the_company(hub: str) -> None:
    company = golden_id("crm/customer/dept")  # no record claims when it was made: the smaller id
    put_firm()
    put_firm(
        "dept", name="深圳市云帆科技有限公司采购部", cShortName=None, createdAt="2025-04-01 02:00:00",
        modifiedAt="2026-11-15 17:00:00",
    )  # fmt: skip
    contact = make_contact(id="k1", accountId="dept")
    accept([Landing("k1", contact, customer_id="dept")], entity="contact")
    build()
    assert [row.golden_id for row in execute("select golden_id from master.customer")] == [company]
    assert relations("contact_of") == {(golden_id(CONTACT), company)}
    assert execute("select legal_name from master.customer")[0][0] == "深圳市云帆科技有限公司"


_NAMES = ("李娜", "李强", "王伟", "赵敏")
_STEPS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([MOBILE, OTHER]), st.booleans()),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@law(ON_POSTGRES, phases=[Phase.generate])  # what came before cannot be shrunk
@given(_STEPS)
def test_increments_equal_a_rebuild_whoever_shares_what(
    hub: str, no_suites: None, steps: Any
) -> None:
    """One hub for all examples: each goes on from where the one before it stopped."""
    if not execute("select 1 from landing.version limit 1"):
        put_firm()
        put_contact()
    hour = 2.0 + float(execute("select count(*) from landing.version")[0][0])
    for n, (who, mobile, is_named_as_the_contact) in enumerate(steps):
        name = "李娜" if is_named_as_the_contact else _NAMES[who - 1]
        put_person(who, name, hour + n, cMobile=mobile)
        build()
    expect_the_same_from_a_rebuild()
