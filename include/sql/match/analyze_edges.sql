-- Refresh the planner's figures after a bulk load of edges.
-- params: none
analyze match.edge
