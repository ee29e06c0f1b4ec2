-- Some records of an entity of a channel that exist as far as the hub knows: others each day.
-- params: channel text, entity text, day text, size integer
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
order by
    sha256(convert_to(%(day)s::text || record.source_key, 'UTF8')),
    record.source_key collate "C"
limit %(size)s::integer
