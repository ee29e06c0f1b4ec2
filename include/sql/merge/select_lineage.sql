-- Where each cell of a golden record came from, and whose word a pinned one is.
-- params: golden_id uuid, field text (null: all)
select
    lineage.field,
    lineage.source_key,
    lineage.version_id,
    lineage.rule,
    lineage.losers,
    lineage.is_cleared,
    lineage.input_keys,
    lineage.decision_id,
    decision.author,
    decision.reason,
    decision.decided_at
from master.cell_lineage as lineage
left join match.decision as decision on lineage.decision_id = decision.decision_id
where
    lineage.golden_id = %(golden_id)s::uuid
    and (%(field)s::text is null or lineage.field = %(field)s::text)
order by lineage.field collate "C"
