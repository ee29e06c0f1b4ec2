-- Remember what a target was read to hold instead of what it acknowledged: nobody of ours gave it.
-- params: source_keys text[], fields text[], digests bytea[], version_ats timestamptz[]
insert into publish.sent (source_key, field, digest, version_at)
select
    shown.source_key,
    shown.field,
    shown.digest,
    shown.version_at
from
    unnest(%(source_keys)s::text[], %(fields)s::text[], %(digests)s::bytea[], %(version_ats)s::timestamptz[])
        as shown (source_key, field, digest, version_at)
on conflict (source_key, field) do update set
    digest = excluded.digest,
    giver_key = null,
    version_at = excluded.version_at,
    acknowledged_at = now()
