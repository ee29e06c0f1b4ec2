-- Golden ids waiting to be merged.
-- params: none
select
    pending.golden_id,
    pending.entity,
    pending.queued_at
from master.pending_golden as pending
order by pending.golden_id
