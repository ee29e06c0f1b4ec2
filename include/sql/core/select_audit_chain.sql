-- The whole audit log in the order of its chain.
-- params: none
select
    entry.entry_id,
    entry.at,
    entry.actor,
    entry.action,
    entry.subject,
    entry.reason,
    entry.before_digest,
    entry.after_digest,
    entry.previous_hash,
    entry.entry_hash
from hub.audit_log as entry
order by entry.entry_id
