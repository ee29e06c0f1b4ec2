"""What the files of a dry run call things: columns of the template, never facts of the suites."""

from customer_hub.bulk.report import find_cells
from customer_hub.channels.manual.template import COLUMNS
from customer_hub.validate.suites import read_suite

# Rules on the row as a whole, or on what no cell of the template says.
_ON_THE_ROW = {"row_is_whole", "fields_bounded", "modified_is_time"}


def test_every_rule_of_the_template_names_its_columns() -> None:
    rules = [rule.name for rule in read_suite("manual_customer").rules if rule.kind == "row"]
    found = {name: find_cells(name) for name in rules}
    assert {name for name, cells in found.items() if not cells} == _ON_THE_ROW
    named = {cell for cells in found.values() if cells for cell in cells.split(", ")}
    assert named <= set(COLUMNS)
    assert found["mail_format"] == "mail"
    assert found["credit_limit_not_negative"] == "credit_limit"
    assert found["credit_limit_has_currency"] == "currency"
    assert found["social_credit_code_valid"] == "social_credit_code"
