-- The customer at which a golden contact is.
-- params: customer_id uuid
select relation.other_golden_id as golden_id
from master.relation as relation
inner join master.customer as customer on relation.other_golden_id = customer.golden_id
where relation.golden_id = %(customer_id)s::uuid and relation.kind = 'contact_of'
order by relation.other_golden_id
limit 1
