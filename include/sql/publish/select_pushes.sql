-- The newest pushes of a channel (null: all) in one of these states.
-- params: channel text, states text[], size integer
select
    push.push_id,
    push.channel,
    push.state,
    push.counts,
    push.run_id,
    push.weighed_at,
    push.decided_by
from publish.push as push
where
    push.channel = coalesce(%(channel)s::text, push.channel)
    and push.state = any(%(states)s::text[])
order by push.push_id desc
limit %(size)s::integer
