-- Queue golden ids for merging.
-- params: golden_ids uuid[], entities text[]
insert into master.pending_golden (golden_id, entity)
select distinct
    wanted.golden_id,
    wanted.entity
from unnest(%(golden_ids)s::uuid[], %(entities)s::text[]) as wanted (golden_id, entity)
on conflict (golden_id) do update set queued_at = clock_timestamp()
