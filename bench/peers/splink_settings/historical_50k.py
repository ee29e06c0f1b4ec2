"""Splink on historical_50k: 50,578 historical persons, heavily corrupted."""

from splink import SettingsCreator, block_on
from splink import comparison_library as cl

SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.ForenameSurnameComparison(
            "given_name", "surname", forename_surname_concat_col_name="given_surname"
        ),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.PostcodeComparison("postcode"),
        cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
        cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("substr(given_name, 1, 3)", "substr(surname, 1, 4)"),
        block_on("surname", "birth_date"),
        block_on("given_name", "birth_date"),
        block_on("postcode", "given_name"),
        block_on("postcode", "surname"),
        block_on("birth_date", "birth_place"),
        block_on("birth_date", "postcode"),
        block_on("substr(postcode, 1, 3)", "birth_date"),
        block_on("substr(postcode, 1, 3)", "given_name"),
        block_on("substr(postcode, 1, 3)", "surname"),
        block_on("substr(given_name, 1, 2)", "substr(surname, 1, 2)", "substr(birth_date, 1, 4)"),
        block_on("given_name", "birth_place", "occupation"),
        block_on("full_name"),
    ],
)
DETERMINISTIC = [
    block_on("given_name", "surname", "birth_date"),
    block_on("substr(given_name, 1, 2)", "surname", "postcode"),
    block_on("birth_date", "postcode"),
]
RECALL = 0.6
TRAINING = [block_on("given_name", "surname"), block_on("birth_date"), block_on("postcode")]
