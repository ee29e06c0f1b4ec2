-- Every row of source.address in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text || '|' || entry.ordinal::text as row_key,
    to_jsonb(entry) - array['contact_sealed', 'contact_digest'] as content,
    array['contact']::text[] as segments,
    array[entry.contact_sealed]::bytea[] as sealed,
    'source:' || entry.source_key::text as subject
from source.address as entry
order by
    entry.source_key::text collate "C",
    entry.ordinal::text collate "C"
