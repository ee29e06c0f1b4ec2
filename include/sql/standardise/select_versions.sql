-- Landed versions by their numbers, current or not, for what golden versions point at.
-- params: version_ids bigint[]
select
    version.version_id,
    version.source_key,
    version.channel,
    version.entity,
    version.source_id,
    version.version_at,
    version.is_own_time,
    version.seen_at,
    version.created_at,
    version.digest,
    version.subject,
    version.payload,
    false as is_deleted,
    version.created_at as first_created_at,
    false as is_downgraded
from landing.version as version
where version.version_id = any(%(version_ids)s::bigint[]) and version.payload is not null
order by version.version_id
