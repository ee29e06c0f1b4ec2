-- Customers and contacts that no golden record holds, and crosswalk rows that lead nowhere.
-- What a step has queued for the next one is on its way.
-- params: none
with record (source_key) as (
    select customer.source_key from source.customer as customer
    union all
    select contact.source_key from source.contact as contact
),

golden (golden_id) as (
    select customer.golden_id from master.customer as customer
    union all
    select contact.golden_id from master.contact as contact
    union
    select pending.golden_id from master.pending_golden as pending
    union
    select version.golden_id from master.customer_version as version
    where version.recorded_to is null and version.op = 'removed'
)

select count(*) as broken
from match.crosswalk as held
full join record on held.source_key = record.source_key
left join golden on held.golden_id = golden.golden_id
left join match.pending_record as pending on record.source_key = pending.source_key
where
    record.source_key is null
    or (held.source_key is null and pending.source_key is null)
    or (held.source_key is not null and golden.golden_id is null)
