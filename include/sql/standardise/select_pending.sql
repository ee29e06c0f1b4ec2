-- The next source keys whose current version may have changed.
-- params: size integer
select
    pending.source_key,
    pending.entity,
    pending.queued_at
from landing.pending_key as pending
order by pending.source_key
limit %(size)s::integer
