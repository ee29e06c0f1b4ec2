-- The customers that a golden customer is related to, in either direction.
-- params: customer_id uuid, size integer
select
    relation.kind,
    true as is_outward,
    other.golden_id,
    other.legal_name
from master.relation as relation
inner join master.customer as other on relation.other_golden_id = other.golden_id
where relation.golden_id = %(customer_id)s::uuid
union all
select
    relation.kind,
    false as is_outward,
    other.golden_id,
    other.legal_name
from master.relation as relation
inner join master.customer as other on relation.golden_id = other.golden_id
where relation.other_golden_id = %(customer_id)s::uuid
order by is_outward desc, kind asc, golden_id asc
limit %(size)s::integer
