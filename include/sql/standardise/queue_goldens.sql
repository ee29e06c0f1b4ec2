-- Queue the golden records of changed source records to be merged again.
-- params: source_keys text[]
insert into master.pending_golden (golden_id, entity)
select distinct
    crosswalk.golden_id,
    crosswalk.entity
from match.crosswalk as crosswalk
where crosswalk.source_key = any(%(source_keys)s::text[])
order by crosswalk.golden_id
on conflict (golden_id) do update set queued_at = clock_timestamp()
