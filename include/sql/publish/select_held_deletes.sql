-- Deletes of an entity of a target that are not begun and that no push has let through.
-- params: channel text, entity text
select
    delivery.delivery_id,
    delivery.source_key
from publish.delivery as delivery
left join publish.push as push on delivery.push_id = push.push_id
where
    delivery.channel = %(channel)s::text
    and delivery.entity = %(entity)s::text
    and delivery.op = 'delete'
    and delivery.state = 'pending'
    and coalesce(push.state, 'asked') not in ('free', 'approved')
order by delivery.source_key collate "C"
