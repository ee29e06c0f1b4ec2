-- Queue every golden record whose newest version stands: one that nobody belongs to any more has to go.
-- params: none
insert into master.pending_golden (golden_id, entity)
select
    standing.golden_id,
    standing.entity
from master.customer_version as standing
where standing.recorded_to is null and standing.op <> 'removed'
on conflict (golden_id) do nothing
