-- Queue the source keys of the given versions for standardise.
-- params: version_ids bigint[]
insert into landing.pending_key (source_key, entity)
select distinct
    version.source_key,
    version.entity
from landing.version as version
where version.version_id = any(%(version_ids)s::bigint[])
order by version.source_key
on conflict (source_key) do update set queued_at = clock_timestamp()
