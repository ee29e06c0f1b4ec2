"""Goldenmatch on fake_1000."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("given_name", "given_name_aliased_jw", 0.95, 0.85, rare=True),
    compare("surname", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("birth_date", "levenshtein", 0.99, 0.85),
    compare("city", "jaro_winkler", 0.95, 0.85, rare=True),
    compare("mail", "jaro_winkler", 0.99, 0.92),
]
PASSES = [
    block("mail"),
    block("given_name", "surname"),
    block("birth_date"),
    block("surname", "city"),
    block("given_name", "city"),
    block(given_name=3, surname=4),
    block(mail=8),
    block(birth_date=7, surname=2),
    block(birth_date=7, given_name=2),
]
