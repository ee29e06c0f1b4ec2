-- Every row of master.relation in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.golden_id::text || '|' || entry.kind::text || '|' || entry.other_golden_id::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from master.relation as entry
order by
    entry.golden_id::text collate "C",
    entry.kind::text collate "C",
    entry.other_golden_id::text collate "C"
