-- Open deliveries of a channel by state.
-- params: channel text
select
    delivery.state,
    count(*) as open_count
from publish.delivery as delivery
where delivery.channel = %(channel)s::text and delivery.state in ('pending', 'waiting', 'uncertain')
group by delivery.state
