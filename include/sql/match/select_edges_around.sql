-- Edges with an end in the given records, each once, with what the clustering needs of them.
-- params: keys text[]
select
    edge.left_key,
    edge.right_key,
    edge.score,
    edge.is_veto,
    edge.evidence -> 'identity' -> 'is_proven' is not null as is_proof
from match.edge as edge
where edge.left_key = any(%(keys)s::text[])
union all
select
    edge.left_key,
    edge.right_key,
    edge.score,
    edge.is_veto,
    edge.evidence -> 'identity' -> 'is_proven' is not null as is_proof
from match.edge as edge
where edge.right_key = any(%(keys)s::text[]) and edge.left_key <> all(%(keys)s::text[])
