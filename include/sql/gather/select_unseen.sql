-- Records of a channel's entity that reconciling found changed while gathering passed over them, the longest known first.
-- params: channel text, entity text, size integer
select
    drift.source_key,
    drift.found_at
from publish.drift as drift
where
    drift.channel = %(channel)s::text
    and drift.entity = %(entity)s::text
    and drift.side = 'unseen'
order by drift.found_at asc, drift.source_key collate "C" asc
limit %(size)s::integer
