-- Every row of master.classification in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.golden_id::text || '|' || entry.scheme::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from master.classification as entry
order by
    entry.golden_id::text collate "C",
    entry.scheme::text collate "C"
