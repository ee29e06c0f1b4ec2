-- Remember what a target acknowledged.
-- params: source_keys text[], fields text[], digests bytea[]
insert into publish.sent (source_key, field, digest)
select
    said.source_key,
    said.field,
    said.digest
from
    unnest(%(source_keys)s::text[], %(fields)s::text[], %(digests)s::bytea[])
        as said (source_key, field, digest)
on conflict (source_key, field) do update set
    digest = excluded.digest,
    acknowledged_at = now()
