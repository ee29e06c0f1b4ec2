-- Remember the update times that our own writes gave, so that reading them back starts nothing.
-- params: source_keys text[], version_ats timestamptz[]
insert into publish.echo (source_key, version_at)
select
    own.source_key,
    own.version_at
from unnest(%(source_keys)s::text[], %(version_ats)s::timestamptz[]) as own (source_key, version_at)
on conflict (source_key, version_at) do nothing
