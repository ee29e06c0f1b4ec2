-- Remember what a target acknowledged.
-- params: source_keys text[], fields text[], digests bytea[], golden_ids uuid[]
insert into publish.sent (source_key, field, digest, golden_id)
select
    said.source_key,
    said.field,
    said.digest,
    said.golden_id
from
    unnest(%(source_keys)s::text[], %(fields)s::text[], %(digests)s::bytea[], %(golden_ids)s::uuid[])
        as said (source_key, field, digest, golden_id)
on conflict (source_key, field) do update set
    digest = excluded.digest,
    golden_id = excluded.golden_id,
    acknowledged_at = now()
