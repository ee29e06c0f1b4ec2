"""Splink on senzing_truthset: 159 persons and companies with many identifiers."""

from splink import SettingsCreator, block_on
from splink import comparison_level_library as cll
from splink import comparison_library as cl

# So few records give EM too little to learn from: the m probabilities are an expert's.
SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.JaroWinklerAtThresholds("surname", [0.88]).configure(
            term_frequency_adjustments=True, m_probabilities=[0.75, 0.15, 0.1]
        ),
        cl.JaroWinklerAtThresholds("given_name", [0.8]).configure(
            term_frequency_adjustments=True, m_probabilities=[0.4, 0.25, 0.35]
        ),
        cl.JaroWinklerAtThresholds("company", [0.8]).configure(m_probabilities=[0.4, 0.4, 0.2]),
        cl.DamerauLevenshteinAtThresholds("birth_date", [1]).configure(
            m_probabilities=[0.7, 0.15, 0.15]
        ),
        cl.CustomComparison(
            output_column_name="identifiers",
            comparison_levels=[
                cll.CustomLevel(
                    "coalesce(passport_l, license_l, identity_l, tax_code_l) is null"
                    " or coalesce(passport_r, license_r, identity_r, tax_code_r) is null",
                    label_for_charts="no identifier",
                ).configure(is_null_level=True),
                cll.Or(
                    cll.ExactMatchLevel("passport"),
                    cll.ExactMatchLevel("license"),
                    cll.ExactMatchLevel("identity"),
                    cll.ExactMatchLevel("tax_code"),
                ).configure(m_probability=0.8),
                cll.ElseLevel().configure(m_probability=0.2),
            ],
        ),
        cl.ExactMatch("phone").configure(
            term_frequency_adjustments=True, m_probabilities=[0.6, 0.4]
        ),
        cl.ExactMatch("mail").configure(
            term_frequency_adjustments=True, m_probabilities=[0.6, 0.4]
        ),
        cl.JaroWinklerAtThresholds("address", [0.85]).configure(
            term_frequency_adjustments=True, m_probabilities=[0.5, 0.2, 0.3]
        ),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("mail"),
        block_on("phone"),
        block_on("passport"),
        block_on("license"),
        block_on("identity"),
        block_on("tax_code"),
        block_on("birth_date"),
        block_on("address"),
        block_on("substr(surname, 1, 4)"),
        block_on("substr(company, 1, 4)"),
        block_on("substr(name, 1, 4)"),
        block_on("postcode", "substr(name, 1, 1)"),
        block_on("given_name"),
    ],
)
DETERMINISTIC = [
    block_on("surname", "birth_date"),
    block_on("identity"),
    block_on("passport"),
    block_on("license"),
    block_on("tax_code"),
    block_on("name", "phone"),
    block_on("name", "address"),
]
RECALL = 0.6
TRAINING: list[object] = []
