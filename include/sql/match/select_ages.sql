-- What orders the members of a cluster by age; a source record that is gone is absent.
-- params: keys text[]
select
    customer.source_key,
    'customer' as entity,
    customer.first_created_at,
    customer.channel,
    customer.source_id
from source.customer as customer
where customer.source_key = any(%(keys)s::text[])
union all
select
    contact.source_key,
    'contact' as entity,
    contact.first_created_at,
    contact.channel,
    contact.source_id
from source.contact as contact
where contact.source_key = any(%(keys)s::text[])
