-- Edges with an end in the given records, with what the clustering needs of them.
-- params: keys text[]
with near as (
    select
        edge.left_key,
        edge.right_key
    from match.edge as edge
    where edge.left_key = any(%(keys)s::text[])
    union
    select
        edge.left_key,
        edge.right_key
    from match.edge as edge
    where edge.right_key = any(%(keys)s::text[])
)

select
    edge.left_key,
    edge.right_key,
    edge.score,
    edge.is_veto,
    edge.evidence -> 'identity' -> 'is_proven' is not null as is_proof
from match.edge as edge
inner join near on edge.left_key = near.left_key and edge.right_key = near.right_key
