-- Whether a target may be written to, and up to which change it was planned.
-- params: channel text
select
    target.state,
    target.planned_change_id
from publish.target as target
where target.channel = %(channel)s::text
