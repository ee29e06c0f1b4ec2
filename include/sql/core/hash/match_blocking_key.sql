-- Every row of match.blocking_key in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.entity::text
    || '|'
    || entry.kind::text
    || '|'
    || entry.hash::text
    || '|'
    || entry.source_key::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from match.blocking_key as entry
order by
    entry.entity::text collate "C",
    entry.kind::text collate "C",
    entry.hash::text collate "C",
    entry.source_key::text collate "C"
