-- Every row of source.customer in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.source_key::text as row_key,
    to_jsonb(entry)
    - array[
        'version_id',
        'identity_sealed',
        'finance_sealed',
        'free_text_sealed',
        'identity_digest',
        'finance_digest',
        'free_text_digest'
    ] as content,
    array['identity', 'finance', 'free_text']::text[] as segments,
    array[entry.identity_sealed, entry.finance_sealed, entry.free_text_sealed]::bytea[] as sealed,
    'source:' || entry.source_key::text as subject
from source.customer as entry
order by
    entry.source_key::text collate "C"
