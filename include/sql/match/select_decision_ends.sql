-- Entity and kind of the records that a decision names.
-- params: keys text[]
select
    customer.source_key,
    'customer' as entity,
    customer.kind
from source.customer as customer
where customer.source_key = any(%(keys)s::text[])
union all
select
    contact.source_key,
    'contact' as entity,
    null as kind
from source.contact as contact
where contact.source_key = any(%(keys)s::text[])
