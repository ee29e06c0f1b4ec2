-- Every row of source.sales_order in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text as row_key,
    to_jsonb(entry) - array['version_id'] as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from source.sales_order as entry
order by
    entry.source_key::text collate "C"
