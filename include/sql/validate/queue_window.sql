-- Queue every source key of a window for standardise.
-- params: window_id bigint
insert into landing.pending_key (source_key, entity)
select distinct
    version.source_key,
    version.entity
from landing.version as version
where version.window_id = %(window_id)s::bigint
order by version.source_key
on conflict (source_key) do update set queued_at = clock_timestamp()
