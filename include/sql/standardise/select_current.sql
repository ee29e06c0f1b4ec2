-- The current accepted version of each source key: whether it is a delete, and the newest upsert with its payload.
-- Source keys of which no upsert is accepted are absent. Ranked for all keys at once, without payloads: a look-up
-- for each key would go through the gate's marks each time. Of a past moment: by what landing.accepted_version showed then;
-- what was erased since is absent.
-- params: source_keys text[], moment timestamptz (null: now)
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
        where
            mark.version_id = upsert.version_id
            and mark.state = 'waived'
            and (mark.state_changed_at <= %(moment)s::timestamptz or %(moment)s::timestamptz is null)
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
        from landing.version as version
        inner join hub.gathered_window as win on version.window_id = win.window_id
        where
            version.source_key = any(%(source_keys)s::text[])
            and win.state = 'closed'
            and (win.closed_at <= %(moment)s::timestamptz or %(moment)s::timestamptz is null)
            and not exists (
                select 1
                from quarantine.record as kept
                where
                    kept.version_id = version.version_id
                    and (kept.state in ('open', 'repaired') or kept.state_changed_at > %(moment)s::timestamptz)
            )
            and not exists (
                select 1
                from landing.withdrawal as withdrawn
                inner join hub.import as undone on withdrawn.token = undone.token
                where
                    withdrawn.version_id = version.version_id
                    and (undone.undone_at <= %(moment)s::timestamptz or %(moment)s::timestamptz is null)
            )
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
