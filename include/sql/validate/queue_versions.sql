-- Queue the source keys of a window, or of the given versions, for standardise.
-- params: window_id bigint (null: none), version_ids bigint[] (null: none)
insert into landing.pending_key (source_key, entity)
select distinct
    version.source_key,
    version.entity
from landing.version as version
where
    version.window_id = %(window_id)s::bigint
    or version.version_id = any(%(version_ids)s::bigint[])
order by version.source_key
on conflict (source_key) do update set queued_at = clock_timestamp()
