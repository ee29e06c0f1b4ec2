"""Goldenmatch on FEBRL 3."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("given_name", "given_name_aliased_jw", 0.95, 0.85, rare=True),
    compare("surname", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("birth_date", "levenshtein", 0.99, 0.85),
    compare("identity", "levenshtein", 0.99, 0.8),
    compare("street_number", "exact", rare=True),
    compare("street", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("city", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("postcode", "levenshtein", 0.99, 0.7, rare=True),
]
PASSES = [
    block("identity"),
    block("surname", "birth_date"),
    block("given_name", "birth_date"),
    block("given_name", "surname"),
    block("postcode", "surname"),
    block("postcode", "given_name"),
    block("birth_date", "postcode"),
    block("street_number", "street"),
    block("birth_date", "city"),
    block("region", given_name=3, surname=3),
    block(birth_date=7, surname=2),
]
