-- Every row of match.cluster_member in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from match.cluster_member as entry
order by
    entry.source_key::text collate "C"
