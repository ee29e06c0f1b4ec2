-- Every row of source.blind_index in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text || '|' || entry.kind::text || '|' || entry.hash::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from source.blind_index as entry
order by
    entry.source_key::text collate "C",
    entry.kind::text collate "C",
    entry.hash::text collate "C"
