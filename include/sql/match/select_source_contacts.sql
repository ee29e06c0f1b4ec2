-- The clear columns of source contacts with the name of the customer whom they speak for.
-- params: keys text[]
with wanted as (
    select
        contact.source_key,
        contact.name,
        contact.customer_source_key
    from source.contact as contact
    where contact.source_key = any(%(keys)s::text[])
)

select
    wanted.source_key,
    wanted.name,
    coalesce(customer.legal_name, customer.short_name) as customer_name
from wanted
left join source.customer as customer on wanted.customer_source_key = customer.source_key
