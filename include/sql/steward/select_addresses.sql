-- The addresses of a golden customer, sealed but for country and region.
-- params: customer_id uuid, size integer
select
    address.ordinal,
    address.type,
    address.country_code,
    address.region_code,
    address.contact_sealed,
    address.source_key
from master.address as address
where address.golden_id = %(customer_id)s::uuid
order by address.ordinal
limit %(size)s::integer
