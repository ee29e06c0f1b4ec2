"""Goldenmatch on dedupe_early_childhood."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("name", "token_sort", 0.98, 0.88, 0.75, rare=True),
    compare("address", "jaro_winkler", 0.98, 0.92, 0.85, rare=True),
    compare("phone", "levenshtein", 0.99, 0.8, rare=True),
    compare("postcode", "exact", rare=True),
]
PASSES = [
    block("phone"),
    block("address"),
    block("name"),
    block("sorted_name"),
    block("street_number", name=4),
    block("postcode", name=4),
    block("street_number", "postcode"),
    block(name=8),
    block(sorted_name=10),
    block(address=8),
]
