-- Store a steward's decision.
-- params: kind text, left_key text, right_key text, field text, author text, reason text
insert into match.decision (kind, left_key, right_key, field, author, reason)
values (
    %(kind)s::text,
    %(left_key)s::text,
    %(right_key)s::text,
    %(field)s::text,
    %(author)s::text,
    %(reason)s::text
)
returning decision_id
