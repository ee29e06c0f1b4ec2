-- Remember what a target acknowledged, which source record gave the value (null: not ours, or not known yet), and the
-- update time that the record showed.
-- params: source_keys text[], fields text[], digests bytea[], giver_keys text[], version_ats timestamptz[]
insert into publish.sent (source_key, field, digest, giver_key, version_at)
select
    said.source_key,
    said.field,
    said.digest,
    said.giver_key,
    said.version_at
from
    unnest(
        %(source_keys)s::text[], %(fields)s::text[], %(digests)s::bytea[], %(giver_keys)s::text[],
        %(version_ats)s::timestamptz[]
    ) as said (source_key, field, digest, giver_key, version_at)
on conflict (source_key, field) do update set
    digest = excluded.digest,
    giver_key = coalesce(excluded.giver_key, sent.giver_key),
    version_at = excluded.version_at,
    acknowledged_at = now()
