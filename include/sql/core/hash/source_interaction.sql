-- Every row of source.interaction in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text || '|' || entry.ordinal::text as row_key,
    to_jsonb(entry) - array['version_id', 'free_text_sealed', 'free_text_digest'] as content,
    array['free_text']::text[] as segments,
    array[entry.free_text_sealed]::bytea[] as sealed,
    'source:' || entry.source_key::text as subject
from source.interaction as entry
order by
    entry.source_key::text collate "C",
    entry.ordinal::text collate "C"
