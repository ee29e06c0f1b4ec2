-- The clear columns of source contacts with the name of the customer whom they speak for.
-- params: keys text[]
select
    contact.source_key,
    contact.name,
    coalesce(customer.legal_name, customer.short_name) as customer_name
from source.contact as contact
left join source.customer as customer on contact.customer_source_key = customer.source_key
where contact.source_key = any(%(keys)s::text[])
order by contact.source_key collate "C"
