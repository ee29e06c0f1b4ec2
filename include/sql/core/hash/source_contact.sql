-- Every row of source.contact in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text as row_key,
    to_jsonb(entry) - array['version_id'] as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from source.contact as entry
order by
    entry.source_key::text collate "C"
