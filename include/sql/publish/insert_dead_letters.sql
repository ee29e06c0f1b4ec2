-- Lay deliveries that failed for good before a person, with a pointer to the values that were to be sent.
-- params: delivery_ids bigint[], causes text[], details text[]
insert into publish.dead_letter (delivery_id, channel, cause, detail, attempts, golden_version_no)
select
    delivery.delivery_id,
    delivery.channel,
    failed.cause,
    failed.detail,
    delivery.attempts,
    coalesce(customer.version_no, contact.version_no) as golden_version_no
from
    unnest(%(delivery_ids)s::bigint[], %(causes)s::text[], %(details)s::text[])
        as failed (delivery_id, cause, detail)
inner join publish.delivery as delivery on failed.delivery_id = delivery.delivery_id
left join master.customer as customer on delivery.entity = 'customer' and delivery.golden_id = customer.golden_id
left join master.contact as contact on delivery.entity = 'contact' and delivery.golden_id = contact.golden_id
on conflict (delivery_id) where state = 'open' do nothing
