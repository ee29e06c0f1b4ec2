-- The source records of golden ids.
-- params: golden_ids uuid[]
select
    crosswalk.golden_id,
    crosswalk.source_key,
    crosswalk.entity
from match.crosswalk as crosswalk
where crosswalk.golden_id = any(%(golden_ids)s::uuid[])
order by crosswalk.source_key collate "C"
