-- Empty everything that a build derives from the accepted versions; history, aliases and decisions stay.
-- params: none
truncate
source.customer, source.contact, source.contact_point, source.address, source.tag, source.blind_index,
source.sales_order, source.order_line, source.order_event, source.payment, source.ticket,
source.interaction, source.feedback, match.pending_record, match.feature, match.blocking_key,
match.edge, match.cluster_member, match.crosswalk, master.pending_golden, master.customer,
master.contact_point, master.address, master.contact, master.relation, master.tag,
master.classification, master.cell_lineage
