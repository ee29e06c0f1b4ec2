-- Ask a steward to look at clusters that rules alone would have made too large.
-- params: cluster_keys text[], limit_count integer
insert into steward.task (kind, subject, detail)
select distinct
    'guarded_cluster' as kind,
    guarded.cluster_key as subject,
    jsonb_build_object('limit', %(limit_count)s::integer) as detail
from unnest(%(cluster_keys)s::text[]) as guarded (cluster_key)
on conflict (kind, subject) do nothing
