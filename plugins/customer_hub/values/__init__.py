"""Read single values the way people write them: names, companies, phones, mails, addresses, ids.

Every function here is pure, total and idempotent: rubbish gives a result whose value is None and
whose ``problem`` says why, never an exception; an absent value is no problem. Nothing here reads a
file (beyond package data, once), a table or the clock, and nothing logs, for the values are
personal. Import the module you need; this package re-exports nothing, so that it stays cheap. When a
function here changes its output, STANDARDISER_VERSION in core/versions.py is raised.
"""
