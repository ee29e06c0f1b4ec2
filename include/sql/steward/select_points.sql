-- The contact points of a golden customer, sealed.
-- params: customer_id uuid, size integer
select
    reach.ordinal,
    reach.type,
    reach.is_preferred,
    reach.is_generic,
    reach.contact_sealed,
    reach.source_key
from master.contact_point as reach
where reach.golden_id = %(customer_id)s::uuid
order by reach.ordinal
limit %(size)s::integer
