-- Withdraw the edges of touched records; returns their ends, and whether they linked them.
-- params: keys text[]
delete from match.edge as edge
where edge.left_key = any(%(keys)s::text[]) or edge.right_key = any(%(keys)s::text[])
returning edge.left_key, edge.right_key, edge.score > 0 and not edge.is_veto as is_link
