-- The clear columns and the sealed identity of source customers, as the matcher reads them.
-- params: keys text[]
select
    customer.source_key,
    customer.kind,
    customer.legal_name,
    customer.short_name,
    customer.region_code,
    customer.website,
    customer.parent_source_key,
    customer.identity_sealed
from source.customer as customer
where customer.source_key = any(%(keys)s::text[])
order by customer.source_key collate "C"
