-- The last versions of a golden customer, the newest first.
-- params: customer_id uuid, size integer
select
    past.version_no,
    past.valid_from,
    past.recorded_from,
    past.op,
    past.clear_values,
    past.sealed_pointers,
    past.member_keys
from master.customer_version as past
where past.golden_id = %(customer_id)s::uuid
order by past.version_no desc
limit %(size)s::integer
