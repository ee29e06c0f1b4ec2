-- The hash of the newest audit entry.
-- params: none
select entry.entry_hash
from hub.audit_log as entry
order by entry.entry_id desc
limit 1
