-- Other golden ids that lead to this customer now.
-- params: customer_id uuid, size integer
select former.golden_id
from match.crosswalk as crosswalk
inner join master.alias as former on crosswalk.source_key = former.source_key
where
    crosswalk.golden_id = %(customer_id)s::uuid
    and former.golden_id <> %(customer_id)s::uuid
order by former.golden_id
limit %(size)s::integer
