"""Splink on the demo's world: four channels' Chinese and Western customers."""

from splink import SettingsCreator, block_on
from splink import comparison_level_library as cll
from splink import comparison_library as cl

SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.CustomComparison(
            output_column_name="name",
            comparison_levels=[
                cll.NullLevel("name"),
                cll.ExactMatchLevel("name", term_frequency_adjustments=True),
                cll.JaroWinklerLevel("name", 0.92),
                cll.JaroWinklerLevel("name", 0.85),
                cll.CustomLevel(
                    "(contains(name_l, name_r) or contains(name_r, name_l))"
                    " and least(length(name_l), length(name_r)) >= 2",
                    label_for_charts="one name holds the other",
                ),
                cll.JaroWinklerLevel("name", 0.7),
                cll.ElseLevel(),
            ],
        ),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.DamerauLevenshteinAtThresholds("mobile", [1]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        cl.EmailComparison("mail"),
        cl.ExactMatch("social_credit_code"),
        cl.ExactMatch("identity"),
        cl.CustomComparison(
            output_column_name="address",
            comparison_levels=[
                cll.NullLevel("address"),
                cll.ExactMatchLevel("address", term_frequency_adjustments=True),
                cll.CustomLevel(
                    "contains(address_l, address_r) or contains(address_r, address_l)",
                    label_for_charts="one address holds the other",
                ),
                cll.JaroWinklerLevel("address", 0.95),
                cll.JaroWinklerLevel("address", 0.85),
                cll.ElseLevel(),
            ],
        ),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("mobile"),
        block_on("mail"),
        block_on("phone"),
        block_on("social_credit_code"),
        block_on("identity"),
        block_on("name"),
        block_on("address"),
        block_on("given_name", "birth_date"),
        block_on("substr(name, 1, 1)", "birth_date"),
        block_on("substr(name, 1, 2)", "city"),
        block_on("given_name", "city"),
        block_on("postcode", "substr(name, 1, 1)"),
        block_on("substr(mobile, -7)"),
        block_on("split_part(mail, '@', 1)", "substr(name, 1, 1)"),
        block_on("substr(name, 1, 5)", "kind"),
    ],
)
DETERMINISTIC = [
    block_on("social_credit_code"),
    block_on("identity"),
    block_on("name", "mobile"),
    block_on("name", "mail"),
    block_on("name", "address"),
]
RECALL = 0.7
TRAINING = [block_on("mobile"), block_on("name"), block_on("address"), block_on("mail")]
