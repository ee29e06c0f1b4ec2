"""Splink on the Western table of any size: eight blocking rules, six comparisons."""

from splink import SettingsCreator, block_on
from splink import comparison_level_library as cll
from splink import comparison_library as cl

SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        cl.EmailComparison("mail"),
        cl.CustomComparison(
            output_column_name="place",
            comparison_levels=[
                cll.NullLevel("street"),
                cll.And(cll.ExactMatchLevel("street"), cll.ExactMatchLevel("postcode")),
                cll.And(cll.JaroWinklerLevel("street", 0.9), cll.ExactMatchLevel("postcode")),
                cll.ExactMatchLevel("postcode"),
                cll.ExactMatchLevel("city", term_frequency_adjustments=True),
                cll.ElseLevel(),
            ],
        ),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("mail"),
        block_on("phone", "substr(given_name, 1, 1)"),
        block_on("surname", "birth_date"),
        block_on("given_name", "birth_date"),
        block_on("given_name", "surname", "city"),
        block_on("street", "postcode", "substr(given_name, 1, 1)"),
        block_on("postcode", "surname"),
        block_on("postcode", "birth_date"),
    ],
    retain_matching_columns=False,
)
DETERMINISTIC = [
    block_on("given_name", "surname", "birth_date"),
    block_on("mail"),
]
RECALL = 0.7
TRAINING = [block_on("surname", "birth_date"), block_on("mail"), block_on("postcode", "surname")]
