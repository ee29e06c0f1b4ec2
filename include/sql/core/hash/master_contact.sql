-- Every row of master.contact in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.golden_id::text as row_key,
    to_jsonb(entry) - array['version_no', 'content_digest', 'policy_version'] as content,
    array[]::text[] as segments,
    array[]::bytea[] as sealed,
    '' as subject
from master.contact as entry
order by
    entry.golden_id::text collate "C"
