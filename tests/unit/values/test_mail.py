"""How mail addresses are read."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_hub.values.mail import ROLE_MAIL, Mail, is_role_name, parse_mail


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("Foo.Bar@Corp.Example", "foo.bar@corp.example"),
        ("a@b.test", "a@b.test"),
        ("a+tag@b.example", "a+tag@b.example"),
        ("ａ＠ｂ．example", "a@b.example"),
        (" a @ b . example ", "a@b.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("张伟 <zw@corp.example>", "zw@corp.example"),
        ("<a@b.example>", "a@b.example"),
        ("a@b.example.", "a@b.example"),
        ("o'neil@corp.example", "o'neil@corp.example"),
        ("张@例子.example", "张@例子.example"),
    ],
)
def test_address(raw: str, address: str) -> None:
    mail = parse_mail(raw)
    local, _, domain = address.rpartition("@")
    assert (mail.address, mail.local, mail.domain) == (address, local, domain)
    assert mail.problem is None


@pytest.mark.parametrize(
    "local", ["info", "sales", "service", "admin", "kefu", "sales01", "no-reply"]
)
def test_role(local: str) -> None:
    assert parse_mail(f"{local}@corp.example").is_role


@pytest.mark.parametrize("local", ["zhang.wei", "information.zhang", "zw1990", "salesman"])
def test_person(local: str) -> None:
    assert not parse_mail(f"{local}@corp.example").is_role


def test_first_of_several() -> None:
    mail = parse_mail("a@b.example; c@d.example")
    assert (mail.address, mail.problem) == ("a@b.example", "several")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (None, None),
        ("", None),
        ("N/A", None),
        ("plain", "invalid"),
        ("a@b", "invalid"),
        ("a@163,com", "invalid"),
        ("@b.example", "invalid"),
        ("a..b@c.example", "invalid"),
        ("a@-b.example", "invalid"),
        ("a@b.local", "invalid"),
        ("a@localhost", "invalid"),
        ("a b@c.example", "invalid"),
        ("x" * 500 + "@b.example", "too_long"),
    ],
)
def test_no_address(raw: str | None, problem: str | None) -> None:
    assert parse_mail(raw) == Mail(problem=problem)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["info", "no", "-", "reply", "it", "7", "+x", "li", "."]), max_size=5)
)
def test_a_pattern_tells_roles_as_the_function_does(parts: list[str]) -> None:
    local = "".join(parts)
    assert bool(re.match(ROLE_MAIL, f"{local}@post.example")) == is_role_name(local)
