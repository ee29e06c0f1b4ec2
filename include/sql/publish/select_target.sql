-- Whether a target may be written to.
-- params: channel text
select target.state
from publish.target as target
where target.channel = %(channel)s::text
