-- Give up deliveries that have nothing to send any more.
-- params: delivery_ids bigint[]
update publish.delivery
set state = 'superseded', settled_at = now()
where delivery.delivery_id = any(%(delivery_ids)s::bigint[]) and delivery.state = 'pending'
returning delivery.delivery_id
