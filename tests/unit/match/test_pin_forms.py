"""What a steward is told to write for a pin is what the hub reads."""

import pytest

from customer_hub.match.pins import FIELDS

FORMS = [(name, read, form) for fields in FIELDS.values() for name, (read, form) in fields.items()]


@pytest.mark.parametrize(("name", "read", "form"), FORMS, ids=[form[0] for form in FORMS])
def test_each_code_that_is_listed_is_read_as_itself_and_each_example_is_read(
    name: str, read: object, form: str
) -> None:
    assert callable(read)
    listed = form.removeprefix("one of ").split(", ") if form.startswith("one of ") else []
    assert [read(code) for code in listed] == listed
    assert bool(listed) == (name.endswith(("level_code", "lifecycle_code", "status", "role_code",
        "rating_code", "method_code", "terms_code")))  # fmt: skip
    _, _, examples = form.partition(", as ")
    assert all(read(example) for example in examples.split(" or ") if example)
    assert read("\0") is None


def test_nobody_is_erased_by_a_pin() -> None:
    read, form = FIELDS["customer"]["status"]
    assert read("erased") is None
    assert "erased" not in form
