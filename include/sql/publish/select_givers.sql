-- Who gives these golden cells of these records' customers, and when that was changed: a pin, when it was decided.
-- params: keys text[], fields text[]
select
    crosswalk.source_key,
    cell.field,
    cell.source_key as giver_key,
    coalesce(decision.decided_at, version.version_at) as given_at
from match.crosswalk as crosswalk
inner join master.cell_lineage as cell on crosswalk.golden_id = cell.golden_id
left join landing.version as version on cell.version_id = version.version_id
left join match.decision as decision on cell.decision_id = decision.decision_id
where crosswalk.source_key = any(%(keys)s::text[]) and cell.field = any(%(fields)s::text[])
order by crosswalk.source_key collate "C", cell.field collate "C"
