-- Have the planner know of the source rows that this transaction wrote, and keep vacuums off until it ends.
-- params: none
analyze source.customer, source.contact_point, source.address, source.tag, source.blind_index
