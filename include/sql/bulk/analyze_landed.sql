-- Have the planner know of the versions that this transaction landed, and keep vacuums off until it ends.
-- params: none
analyze landing.version
