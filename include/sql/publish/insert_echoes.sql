-- Remember the update times that our own writes gave, so that reading them back starts nothing; with the digest where
-- the record shows our write alone.
-- params: source_keys text[], version_ats timestamptz[], digests bytea[]
insert into publish.echo (source_key, version_at, digest)
select
    own.source_key,
    own.version_at,
    own.digest
from
    unnest(%(source_keys)s::text[], %(version_ats)s::timestamptz[], %(digests)s::bytea[])
        as own (source_key, version_at, digest)
on conflict (source_key, version_at) do update set digest = excluded.digest
