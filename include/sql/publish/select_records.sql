-- The next records of an entity of a channel that exist as far as the hub knows.
-- params: channel text, entity text, after_key text, size integer
select
    record.source_key,
    record.source_id
from (
    select
        customer.source_key,
        customer.source_id
    from source.customer as customer
    where
        %(entity)s::text = 'customer'
        and customer.channel = %(channel)s::text
        and not customer.is_deleted
    union all
    select
        contact.source_key,
        contact.source_id
    from source.contact as contact
    where
        %(entity)s::text = 'contact'
        and contact.channel = %(channel)s::text
        and not contact.is_deleted
) as record
where record.source_key > %(after_key)s::text
order by record.source_key collate "C"
limit %(size)s::integer
