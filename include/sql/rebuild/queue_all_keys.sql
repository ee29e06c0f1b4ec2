-- Queue every source key that ever landed, so that the next build does everything again.
-- params: none
insert into landing.pending_key (source_key, entity)
select distinct
    version.source_key,
    version.entity
from landing.version as version
on conflict (source_key) do update set queued_at = clock_timestamp()
