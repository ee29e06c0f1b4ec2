-- The current accepted version of each source key: whether it is a delete, and the newest upsert with its payload.
-- Source keys of which no upsert is accepted are absent. Ranked for all keys at once, without payloads: a look-up
-- for each key would go through the gate's marks each time.
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
    current.is_deleted,
    current.first_created_at,
    exists(
        select 1
        from quarantine.record as mark
        where mark.version_id = upsert.version_id and mark.state = 'waived'
    ) as is_downgraded
from (
    select distinct on (ranked.source_key)
        ranked.version_id,
        ranked.is_deleted,
        ranked.first_created_at
    from (
        select
            version.version_id,
            version.source_key,
            version.op,
            version.version_at,
            version.seen_at,
            version.digest,
            first_value(version.op) over newest_first <> 'upsert' as is_deleted,
            min(version.created_at) over (partition by version.source_key) as first_created_at
        from landing.accepted_version as version
        where version.source_key = any(%(source_keys)s::text[])
        window
            newest_first as (
                partition by version.source_key
                order by version.version_at desc, version.seen_at desc, version.digest desc
            )
    ) as ranked
    where ranked.op = 'upsert'
    order by ranked.source_key asc, ranked.version_at desc, ranked.seen_at desc, ranked.digest desc
) as current
inner join landing.version as upsert on current.version_id = upsert.version_id
order by upsert.source_key
