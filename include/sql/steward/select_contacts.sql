-- The contacts at a golden customer.
-- params: customer_id uuid, size integer
with met as (
    select
        contact.golden_id,
        contact.name as contact_name,
        contact.title,
        contact.role_code,
        contact.status,
        contact.record_count
    from master.relation as relation
    inner join master.contact as contact on relation.golden_id = contact.golden_id
    where relation.other_golden_id = %(customer_id)s::uuid and relation.kind = 'contact_of'
)

select
    met.golden_id,
    met.contact_name,
    met.title,
    met.role_code,
    met.status,
    met.record_count
from met
order by met.contact_name collate "C", met.golden_id
limit %(size)s::integer
