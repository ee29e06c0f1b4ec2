"""Splink on dedupe_early_childhood: real sites of early childhood care, messy."""

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
                cll.ExactMatchLevel("sorted_name"),
                cll.JaroWinklerLevel("name", 0.92),
                cll.JaroWinklerLevel("sorted_name", 0.88),
                cll.JaccardLevel("name", 0.8),
                cll.JaroWinklerLevel("name", 0.75),
                cll.ElseLevel(),
            ],
        ),
        cl.CustomComparison(
            output_column_name="address",
            comparison_levels=[
                cll.NullLevel("address"),
                cll.ExactMatchLevel("address", term_frequency_adjustments=True),
                cll.JaroWinklerLevel("address", 0.95),
                cll.And(cll.ExactMatchLevel("street_number"), cll.JaroWinklerLevel("address", 0.8)),
                cll.JaroWinklerLevel("address", 0.88),
                cll.ElseLevel(),
            ],
        ),
        cl.DamerauLevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("phone"),
        block_on("address"),
        block_on("name"),
        block_on("sorted_name"),
        block_on("street_number", "substr(name, 1, 4)"),
        block_on("postcode", "substr(name, 1, 4)"),
        block_on("street_number", "postcode"),
        block_on("substr(name, 1, 8)"),
        block_on("substr(sorted_name, 1, 10)"),
        block_on("substr(address, 1, 8)"),
    ],
)
DETERMINISTIC = [
    block_on("name", "address"),
    block_on("phone", "address"),
    block_on("phone", "name"),
]
RECALL = 0.7
TRAINING = [block_on("phone"), block_on("address"), block_on("name")]
