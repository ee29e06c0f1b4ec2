-- Where each cell of a golden customer came from: record, rule, and who lost by what.
-- params: customer_id uuid
select
    lineage.field,
    lineage.source_key,
    lineage.rule,
    lineage.losers,
    lineage.is_cleared
from master.cell_lineage as lineage
where lineage.golden_id = %(customer_id)s::uuid
order by lineage.field
