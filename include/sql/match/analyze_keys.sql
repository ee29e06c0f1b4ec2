-- Refresh the planner's figures after a bulk load of blocking keys.
-- params: none
analyze match.blocking_key
