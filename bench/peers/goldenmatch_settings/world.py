"""Goldenmatch on the demo's world."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("name", "jaro_winkler", 0.99, 0.9, 0.7, rare=True),
    compare("birth_date", "levenshtein", 0.99, 0.85),
    compare("mobile", "levenshtein", 0.99, 0.9, rare=True),
    compare("phone", "exact", rare=True),
    compare("mail", "jaro_winkler", 0.99, 0.92),
    compare("social_credit_code", "exact"),
    compare("identity", "exact"),
    compare("address", "jaro_winkler", 0.99, 0.92, 0.85, rare=True),
    compare("city", "exact", rare=True),
]
PASSES = [
    block("mobile"),
    block("mail"),
    block("phone"),
    block("social_credit_code"),
    block("identity"),
    block("name"),
    block("address"),
    block("given_name", "birth_date"),
    block("birth_date", name=1),
    block("city", name=2),
    block("given_name", "city"),
    block("postcode", name=1),
    block(mobile=8, name=1),
    block(mail=6, name=1),
    block("kind", name=5),
]
# A pair of so many records needs about twelve bits of evidence to be as likely as not.
CUT = "evidence_12"
