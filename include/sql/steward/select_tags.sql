-- The tags of a golden customer.
-- params: customer_id uuid, size integer
select tagged.tag
from master.tag as tagged
where tagged.golden_id = %(customer_id)s::uuid
order by tagged.tag
limit %(size)s::integer
