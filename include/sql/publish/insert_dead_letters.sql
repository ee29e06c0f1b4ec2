-- Lay deliveries that failed for good before a person.
-- params: delivery_ids bigint[], causes text[]
insert into publish.dead_letter (delivery_id, channel, cause, attempts)
select
    delivery.delivery_id,
    delivery.channel,
    failed.cause,
    delivery.attempts
from unnest(%(delivery_ids)s::bigint[], %(causes)s::text[]) as failed (delivery_id, cause)
inner join publish.delivery as delivery on failed.delivery_id = delivery.delivery_id
on conflict (delivery_id) where state = 'open' do nothing
