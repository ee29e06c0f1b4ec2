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
),

swept as (
    select distinct shown.source_id from pg_temp.swept_id as shown
)

select
    count(*) as known_count,
    count(*) filter (where swept.source_id is null) as missing_count
from latest
left join swept on latest.source_id = swept.source_id
where latest.op = 'upsert'
