-- Every row of source.order_event in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text || '|' || entry.event_code::text || '|' || entry.event_at::text
    || '|' || entry.document_no::text || '|' || entry.line_no::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from source.order_event as entry
order by
    entry.source_key::text collate "C",
    entry.event_code::text collate "C",
    entry.event_at::text collate "C",
    entry.document_no::text collate "C",
    entry.line_no::text collate "C"
