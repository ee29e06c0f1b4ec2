-- Every row of match.edge in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.left_key::text || '|' || entry.right_key::text as row_key,
    to_jsonb(entry) as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from match.edge as entry
order by
    entry.left_key::text collate "C",
    entry.right_key::text collate "C"
