-- Contacts that speak for the given customers: their feature names the customer.
-- params: keys text[]
select contact.source_key
from source.contact as contact
where contact.customer_source_key = any(%(keys)s::text[])
order by contact.source_key collate "C"
