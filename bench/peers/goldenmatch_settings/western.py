"""Goldenmatch on the Western table of any size."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("given_name", "given_name_aliased_jw", 0.95, 0.85, rare=True),
    compare("surname", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("birth_date", "levenshtein", 0.99, 0.85),
    compare("phone", "exact", rare=True),
    compare("mail", "jaro_winkler", 0.99, 0.92),
    compare("street", "jaro_winkler", 0.98, 0.88, rare=True),
    compare("city", "exact", rare=True),
]
PASSES = [
    block("mail"),
    block("phone", given_name=1),
    block("surname", "birth_date"),
    block("given_name", "birth_date"),
    block("given_name", "surname", "city"),
    block("street", "postcode", given_name=1),
    block("postcode", "surname"),
    block("postcode", "birth_date"),
]
