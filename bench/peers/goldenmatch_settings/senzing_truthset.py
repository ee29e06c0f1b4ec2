"""Goldenmatch on senzing_truthset."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("surname", "jaro_winkler", 0.97, 0.88, rare=True),
    compare("given_name", "given_name_aliased_jw", 0.95, 0.8, rare=True),
    compare("company", "token_sort", 0.97, 0.8),
    compare("birth_date", "levenshtein", 0.99, 0.85),
    compare("passport", "exact"),
    compare("license", "exact"),
    compare("identity", "exact"),
    compare("tax_code", "exact"),
    compare("phone", "exact", rare=True),
    compare("mail", "exact", rare=True),
    compare("address", "jaro_winkler", 0.97, 0.85, rare=True),
]
PASSES = [
    block("mail"),
    block("phone"),
    block("passport"),
    block("license"),
    block("identity"),
    block("tax_code"),
    block("birth_date"),
    block("address"),
    block(surname=4),
    block(company=4),
    block(name=4),
    block("postcode", name=1),
    block("given_name"),
]
# Few records, so less evidence is needed.
CUT = "evidence_9"
