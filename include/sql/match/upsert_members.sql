-- Write the cluster of source records.
-- params: keys text[], entities text[], cluster_keys text[], guarded boolean[]
insert into match.cluster_member (source_key, entity, cluster_key, is_guarded)
select
    made.source_key,
    made.entity,
    made.cluster_key,
    made.is_guarded
from
    unnest(%(keys)s::text[], %(entities)s::text[], %(cluster_keys)s::text[], %(guarded)s::boolean[])
        as made (source_key, entity, cluster_key, is_guarded)
on conflict (source_key) do update set
    cluster_key = excluded.cluster_key,
    is_guarded = excluded.is_guarded
