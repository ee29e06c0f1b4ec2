"""Splink on FEBRL 3: 5,000 generated Australian persons, up to six records each."""

from splink import SettingsCreator, block_on
from splink import comparison_library as cl

SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.DamerauLevenshteinAtThresholds("identity", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("street", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1]).configure(
            term_frequency_adjustments=True
        ),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("identity"),
        block_on("surname", "birth_date"),
        block_on("given_name", "birth_date"),
        block_on("given_name", "surname"),
        block_on("postcode", "surname"),
        block_on("postcode", "given_name"),
        block_on("birth_date", "postcode"),
        block_on("street_number", "street"),
        block_on("birth_date", "city"),
        block_on("substr(given_name, 1, 3)", "substr(surname, 1, 3)", "region"),
        block_on("substr(birth_date, 1, 7)", "substr(surname, 1, 2)"),
    ],
)
DETERMINISTIC = [
    block_on("identity"),
    block_on("given_name", "surname", "birth_date"),
]
RECALL = 0.9
TRAINING = [
    block_on("birth_date"),
    block_on("given_name", "surname"),
    block_on("postcode"),
]
