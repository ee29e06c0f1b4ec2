-- Refresh the planner's figures after many records were clustered.
-- params: none
analyze match.cluster_member, match.crosswalk, match.review
