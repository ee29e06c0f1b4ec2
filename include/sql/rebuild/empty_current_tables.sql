-- Empty everything that a build derives from the accepted versions; history, aliases and decisions stay.
-- A truncate would lock readers out until the rebuild is committed: they go on with what was.
-- params: none
with source_customer as (
    delete from source.customer
),

source_contact as (
    delete from source.contact
),

source_contact_point as (
    delete from source.contact_point
),

source_address as (
    delete from source.address
),

source_tag as (
    delete from source.tag
),

source_blind_index as (
    delete from source.blind_index
),

source_sales_order as (
    delete from source.sales_order
),

source_order_line as (
    delete from source.order_line
),

source_order_event as (
    delete from source.order_event
),

source_payment as (
    delete from source.payment
),

source_ticket as (
    delete from source.ticket
),

source_ticket_event as (
    delete from source.ticket_event
),

source_interaction as (
    delete from source.interaction
),

source_feedback as (
    delete from source.feedback
),

match_pending_record as (
    delete from match.pending_record
),

match_feature as (
    delete from match.feature
),

match_blocking_key as (
    delete from match.blocking_key
),

match_edge as (
    delete from match.edge
),

match_review as (
    delete from match.review
),

match_cluster_member as (
    delete from match.cluster_member
),

match_crosswalk as (
    delete from match.crosswalk
),

master_pending_golden as (
    delete from master.pending_golden
),

master_customer as (
    delete from master.customer
),

master_contact_point as (
    delete from master.contact_point
),

master_address as (
    delete from master.address
),

master_contact as (
    delete from master.contact
),

master_relation as (
    delete from master.relation
),

master_tag as (
    delete from master.tag
),

master_classification as (
    delete from master.classification
)

delete from master.cell_lineage
