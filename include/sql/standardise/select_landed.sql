-- The next source keys that ever landed, with the time at which they were queued where they are.
-- params: after text, size integer
select
    landed.source_key,
    landed.entity,
    pending.queued_at
from (
    select
        version.source_key,
        min(version.entity) as entity
    from landing.version as version
    where version.source_key > %(after)s::text
    group by version.source_key
    order by version.source_key
    limit %(size)s::integer
) as landed
left join landing.pending_key as pending on landed.source_key = pending.source_key
order by landed.source_key
