"""Goldenmatch on synth_zh_en_20k."""

from bench.peers.goldenmatch_settings import block, compare

FIELDS = [
    compare("name", "jaro_winkler", 0.99, 0.9, 0.7, rare=True),
    compare("mobile", "levenshtein", 0.99, 0.9, rare=True),
    compare("mail", "jaro_winkler", 0.99, 0.92),
    compare("social_credit_code", "exact"),
    compare("address", "jaro_winkler", 0.99, 0.92, 0.85, rare=True),
    compare("city", "exact", rare=True),
]
PASSES = [
    block("mobile"),
    block("mail"),
    block("social_credit_code"),
    block("name"),
    block("address"),
    block("city", name=2),
    block("region", name=4),
    block("given_name", "city"),
    block(mobile=8, name=1),
    block(mail=6, name=1),
    block("kind", name=5),
]
# A pair of so many records needs about twelve bits of evidence to be as likely as not.
CUT = "evidence_12"
