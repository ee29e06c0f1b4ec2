-- Sealed addresses of source customers.
-- params: keys text[]
select
    address.source_key,
    address.ordinal,
    address.type,
    address.country_code,
    address.region_code,
    address.contact_sealed,
    address.contact_digest
from source.address as address
where address.source_key = any(%(keys)s::text[])
order by address.source_key collate "C", address.ordinal
