-- Land a delete for each known record that a complete sweep did not show. It stands behind what was known, whatever
-- update time that had.
-- params: channel text, entity text, seen_at timestamptz, digest bytea, window_id bigint
with latest as (
    select distinct on (landed.source_key collate "C")
        landed.source_key,
        landed.source_id,
        landed.op,
        landed.version_at,
        landed.subject
    from landing.version as landed
    where
        landed.channel = %(channel)s::text
        and landed.entity = %(entity)s::text
    order by landed.source_key collate "C", landed.version_at desc, landed.seen_at desc, landed.digest desc
)

insert into landing.version (
    source_key, channel, entity, source_id, op, version_at, is_own_time, seen_at, digest, subject, window_id
)
select
    latest.source_key,
    %(channel)s::text as channel,
    %(entity)s::text as entity,
    latest.source_id,
    'delete' as op,
    greatest(latest.version_at, %(seen_at)s::timestamptz) as version_at,
    false as is_own_time,
    %(seen_at)s::timestamptz as seen_at,
    %(digest)s::bytea as digest,
    latest.subject,
    %(window_id)s::bigint as window_id
from latest
where
    latest.op = 'upsert'
    and not exists (
        select 1 from pg_temp.swept_id as swept
        where swept.source_id = latest.source_id
    )
order by latest.source_key collate "C"
