-- Every row of source.feedback in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text || '|' || entry.kind_code::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from source.feedback as entry
order by
    entry.source_key::text collate "C",
    entry.kind_code::text collate "C"
