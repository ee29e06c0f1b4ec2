-- Edges with an end in the given records, with what the clustering needs of them.
-- params: keys text[]
select
    edge.left_key,
    edge.right_key,
    edge.score,
    edge.is_veto,
    coalesce(edge.evidence -> 'identity' ->> 'level', '') = 'equal' as is_proof
from match.edge as edge
where edge.left_key = any(%(keys)s::text[])
union
select
    edge.left_key,
    edge.right_key,
    edge.score,
    edge.is_veto,
    coalesce(edge.evidence -> 'identity' ->> 'level', '') = 'equal' as is_proof
from match.edge as edge
where edge.right_key = any(%(keys)s::text[])
