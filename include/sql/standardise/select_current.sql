-- The current accepted version of each source key: whether it is a delete, and the newest upsert with its payload.
-- Source keys of which no upsert is accepted are absent.
-- params: source_keys text[]
select
    upsert.version_id,
    upsert.source_key,
    upsert.channel,
    upsert.entity,
    upsert.source_id,
    upsert.version_at,
    upsert.is_own_time,
    upsert.seen_at,
    upsert.created_at,
    upsert.digest,
    upsert.subject,
    upsert.payload,
    newest.op <> 'upsert' as is_deleted,
    oldest.first_created_at,
    exists(
        select 1
        from quarantine.record as mark
        where mark.version_id = upsert.version_id and mark.state = 'waived'
    ) as is_downgraded
from unnest(%(source_keys)s::text[]) as wanted (source_key)
cross join
    lateral (
        select version.op
        from landing.accepted_version as version
        where version.source_key = wanted.source_key
        order by version.version_at desc, version.seen_at desc, version.digest desc
        limit 1
    ) as newest
cross join
    lateral (
        select version.*
        from landing.accepted_version as version
        where version.source_key = wanted.source_key and version.op = 'upsert'
        order by version.version_at desc, version.seen_at desc, version.digest desc
        limit 1
    ) as upsert
cross join
    lateral (
        select min(version.created_at) as first_created_at
        from landing.accepted_version as version
        where version.source_key = wanted.source_key
    ) as oldest
order by upsert.source_key
