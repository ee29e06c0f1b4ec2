-- Append one entry to the audit log.
-- params: at timestamptz, actor text, action text, subject text, reason text,
--         before_digest bytea, after_digest bytea, previous_hash bytea, entry_hash bytea
insert into hub.audit_log (
    at, actor, action, subject, reason, before_digest, after_digest, previous_hash, entry_hash
)
values (
    %(at)s::timestamptz,
    %(actor)s::text,
    %(action)s::text,
    %(subject)s::text,
    %(reason)s::text,
    %(before_digest)s::bytea,
    %(after_digest)s::bytea,
    %(previous_hash)s::bytea,
    %(entry_hash)s::bytea
)
returning entry_id
