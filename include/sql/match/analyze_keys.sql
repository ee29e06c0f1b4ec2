-- Refresh the planner's figures after a bulk load of features and blocking keys.
-- params: none
analyze match.feature, match.blocking_key
