-- How many records of a channel's entity are known and not deleted, and how many of them a sweep did not show.
-- params: channel text, entity text
with latest as (
    select distinct on (landed.source_key collate "C")
        landed.source_id,
        landed.op
    from landing.version as landed
    where
        landed.channel = %(channel)s::text
        and landed.entity = %(entity)s::text
    order by landed.source_key collate "C", landed.version_at desc, landed.seen_at desc, landed.digest desc
)

select
    count(*) as known_count,
    count(*) filter (
        where not exists (
            select 1 from pg_temp.swept_id as swept
            where swept.source_id = latest.source_id
        )
    ) as missing_count
from latest
where latest.op = 'upsert'
