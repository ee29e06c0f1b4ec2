-- Every row of master.cell_lineage in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.golden_id::text || '|' || entry.field::text as row_key,
    to_jsonb(entry) - array['version_id'] as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from master.cell_lineage as entry
order by
    entry.golden_id::text collate "C",
    entry.field::text collate "C"
