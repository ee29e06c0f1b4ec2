-- The next versions of a channel's entity that are kept back by an open row and could be judged again.
-- params: channel text, entity text, after bigint, size integer
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
    version.channel = %(channel)s::text
    and version.entity = %(entity)s::text
    and version.version_id > %(after)s::bigint
    and version.op = 'upsert'
    and exists (
        select 1
        from quarantine.record as kept
        where kept.version_id = version.version_id and kept.state = 'open'
    )
order by version.version_id
limit %(size)s::integer
