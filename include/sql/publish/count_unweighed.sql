-- Open deliveries that no push has let through, by entity and kind of write, and how many of them nobody has weighed.
-- params: channel text
select
    delivery.entity,
    delivery.op,
    count(*) as held_count,
    count(*) filter (where delivery.push_id is null) as new_count
from publish.delivery as delivery
left join publish.push as push on delivery.push_id = push.push_id
where
    delivery.channel = %(channel)s::text
    and delivery.state in ('pending', 'waiting', 'in_flight', 'uncertain')
    and coalesce(push.state, 'asked') not in ('free', 'approved')
group by delivery.entity, delivery.op
order by delivery.entity collate "C", delivery.op collate "C"
