-- Remember which source record gives a sent value now: another may have said the same.
-- params: keys text[]
update publish.sent
set giver_key = cell.source_key
from match.crosswalk as crosswalk
inner join master.cell_lineage as cell on crosswalk.golden_id = cell.golden_id
where
    sent.source_key = any(%(keys)s::text[])
    and sent.source_key = crosswalk.source_key
    and sent.field = cell.field
    and sent.giver_key is distinct from cell.source_key
