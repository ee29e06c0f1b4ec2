-- Every row of source.ticket_event in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text || '|' || entry.ordinal::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from source.ticket_event as entry
order by
    entry.source_key::text collate "C",
    entry.ordinal::text collate "C"
