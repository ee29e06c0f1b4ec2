"""Goldenmatch on historical_50k."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("given_name", "given_name_aliased_jw", 0.95, 0.85, rare=True),
    compare("surname", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("birth_date", "levenshtein", 0.99, 0.85),
    compare("postcode", "levenshtein", 0.99, 0.6),
    compare("birth_place", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("occupation", "exact", rare=True),
]
PASSES = [
    block(given_name=3, surname=4),
    block("surname", "birth_date"),
    block("given_name", "birth_date"),
    block("postcode", "given_name"),
    block("postcode", "surname"),
    block("birth_date", "birth_place"),
    block("birth_date", "postcode"),
    block("given_name", "birth_place", postcode=3),
    block("surname", postcode=3),
    block(given_name=2, surname=2, birth_date=4),
    block("given_name", "birth_place", "occupation"),
    block("full_name"),
]
# A record without a birth date or postcode is unlike one that has it: goldenmatch's own advice.
MISSING = "disagree"
