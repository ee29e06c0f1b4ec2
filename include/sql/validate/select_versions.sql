-- The next landed upserts of a window, in the order of their ids.
-- params: window_id bigint, after bigint, size integer
select
    version.version_id,
    version.source_key,
    version.channel,
    version.entity,
    version.source_id,
    version.op,
    version.version_at,
    version.is_own_time,
    version.seen_at,
    version.created_at,
    version.digest,
    version.subject,
    version.payload
from landing.version as version
where
    version.window_id = %(window_id)s::bigint
    and version.version_id > %(after)s::bigint
    and version.op = 'upsert'
order by version.version_id
limit %(size)s::integer
