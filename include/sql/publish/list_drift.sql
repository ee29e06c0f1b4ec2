-- Where targets and the hub differ, as the last reading of each record found it, the newest first.
-- params: channel text, side text, size integer
select
    drift.channel,
    drift.entity,
    drift.source_key,
    drift.field,
    drift.side,
    drift.action,
    drift.found_at
from publish.drift as drift
where
    drift.channel = coalesce(%(channel)s::text, drift.channel)
    and drift.side = coalesce(%(side)s::text, drift.side)
order by drift.found_at desc, drift.source_key collate "C" asc, drift.field collate "C" asc
limit %(size)s::integer
