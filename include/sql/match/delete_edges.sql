-- Withdraw the edges of touched records; returns their ends.
-- params: keys text[]
delete from match.edge as edge
where edge.left_key = any(%(keys)s::text[]) or edge.right_key = any(%(keys)s::text[])
returning edge.left_key, edge.right_key
