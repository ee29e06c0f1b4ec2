-- Source records waiting to be matched.
-- params: none
select
    pending.source_key,
    pending.entity,
    pending.queued_at
from match.pending_record as pending
where pending.entity in ('customer', 'contact')
order by pending.source_key collate "C"
