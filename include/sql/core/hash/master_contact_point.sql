-- Every row of master.contact_point in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.golden_id::text || '|' || entry.ordinal::text as row_key,
    to_jsonb(entry) - array['contact_sealed', 'contact_digest'] as content,
    array['contact']::text[] as segments,
    array[entry.contact_sealed]::bytea[] as sealed,
    'golden:' || entry.golden_id::text as subject
from master.contact_point as entry
order by
    entry.golden_id::text collate "C",
    entry.ordinal::text collate "C"
