-- Cluster and golden id of source records, with every mate of their clusters.
-- params: keys text[]
with mine as (
    select distinct member.cluster_key
    from match.cluster_member as member
    where member.source_key = any(%(keys)s::text[])
)

select
    mate.source_key,
    mate.entity,
    mate.cluster_key,
    mate.is_guarded,
    crosswalk.golden_id
from match.cluster_member as mate
inner join mine on mate.cluster_key = mine.cluster_key
inner join match.crosswalk as crosswalk on mate.source_key = crosswalk.source_key
