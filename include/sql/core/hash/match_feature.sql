-- Every row of match.feature in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text as row_key,
    to_jsonb(entry) - array['matcher_sealed', 'matcher_digest'] as content,
    array['matcher']::text[] as segments,
    array[entry.matcher_sealed]::bytea[] as sealed,
    'source:' || entry.source_key::text as subject
from match.feature as entry
order by
    entry.source_key::text collate "C"
