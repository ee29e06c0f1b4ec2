-- Forget the cluster and golden id of source records that are gone.
-- params: keys text[]
with forgotten as (
    delete from match.cluster_member as member
    where member.source_key = any(%(keys)s::text[])
)

delete from match.crosswalk as crosswalk
where crosswalk.source_key = any(%(keys)s::text[])
