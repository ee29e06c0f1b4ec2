-- The stored edges with both ends among the given records.
-- params: keys text[]
select
    edge.left_key,
    edge.right_key,
    edge.proposed_by
from match.edge as edge
where edge.left_key = any(%(keys)s::text[]) and edge.right_key = any(%(keys)s::text[])
order by edge.left_key collate "C", edge.right_key collate "C"
