-- Open deliveries of a channel by state; held: pending, but of a push that may not go yet.
-- params: channel text
select
    case
        when delivery.state = 'pending' and coalesce(push.state, 'asked') not in ('free', 'approved') then 'held'
        else delivery.state
    end as state,
    count(*) as open_count
from publish.delivery as delivery
left join publish.push as push on delivery.push_id = push.push_id
where delivery.channel = %(channel)s::text and delivery.state in ('pending', 'waiting', 'uncertain')
group by 1
