"""Splink on fake_1000: 1,000 persons with five columns."""

from splink import SettingsCreator, block_on
from splink import comparison_library as cl

SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.EmailComparison("mail"),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("mail"),
        block_on("given_name", "surname"),
        block_on("surname", "birth_date"),
        block_on("given_name", "birth_date"),
        block_on("birth_date"),
        block_on("surname", "city"),
        block_on("given_name", "city"),
        block_on("substr(given_name, 1, 3)", "substr(surname, 1, 4)"),
        block_on("split_part(mail, '@', 1)"),
        block_on("substr(birth_date, 1, 7)", "substr(surname, 1, 2)"),
        block_on("substr(birth_date, 1, 7)", "substr(given_name, 1, 2)"),
    ],
)
DETERMINISTIC = [
    block_on("given_name", "surname", "birth_date"),
    block_on("mail"),
]
RECALL = 0.6
TRAINING = [block_on("given_name", "surname"), block_on("birth_date"), block_on("mail")]
