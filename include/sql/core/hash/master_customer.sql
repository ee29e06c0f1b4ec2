-- Every row of master.customer in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.golden_id::text as row_key,
    to_jsonb(entry)
    - array[
        'version_no',
        'content_digest',
        'policy_version',
        'identity_sealed',
        'finance_sealed',
        'free_text_sealed',
        'identity_digest',
        'finance_digest',
        'free_text_digest'
    ] as content,
    array['identity', 'finance', 'free_text']::text[] as segments,
    array[entry.identity_sealed, entry.finance_sealed, entry.free_text_sealed]::bytea[] as sealed,
    'golden:' || entry.golden_id::text as subject
from master.customer as entry
order by
    entry.golden_id::text collate "C"
