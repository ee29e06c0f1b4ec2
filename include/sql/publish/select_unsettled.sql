-- Deliveries whose outcome nobody knows: the write may or may not have taken effect.
-- params: channel text, ops text[], after_delivery_id bigint, size integer
select
    delivery.delivery_id,
    delivery.attempts,
    delivery.op,
    delivery.entity,
    delivery.golden_id,
    delivery.source_key,
    delivery.fields,
    delivery.seen_change_at
from publish.delivery as delivery
where
    delivery.channel = %(channel)s::text
    and delivery.state in ('in_flight', 'uncertain')
    and delivery.op = any(%(ops)s::text[])
    and delivery.delivery_id > %(after_delivery_id)s::bigint
order by delivery.delivery_id
limit %(size)s::integer
