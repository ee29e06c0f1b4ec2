-- Addresses of golden records as they stand.
-- params: golden_ids uuid[]
select
    address.golden_id,
    address.ordinal,
    address.contact_digest,
    address.contact_sealed
from master.address as address
where address.golden_id = any(%(golden_ids)s::uuid[])
