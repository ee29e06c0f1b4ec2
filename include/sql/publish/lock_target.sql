-- A target's state and up to which change it was planned, locked until the transaction ends: planning and replaying
-- open deliveries one after the other.
-- params: channel text
select
    target.state,
    target.planned_change_id
from publish.target as target
where target.channel = %(channel)s::text
for update
