-- Queue the golden records whose relations name records that moved: contacts of a customer,
-- branches by the parent's source key or by its name.
-- params: keys text[], core_hashes bytea[]
with dependent as (
    select contact.source_key
    from source.contact as contact
    where contact.customer_source_key = any(%(keys)s::text[])
    union all
    select customer.source_key
    from source.customer as customer
    where customer.parent_source_key = any(%(keys)s::text[])
    union all
    select blocking.source_key
    from match.blocking_key as blocking
    where
        blocking.entity = 'customer'
        and blocking.kind = 'stem'
        and blocking.hash = any(%(core_hashes)s::bytea[])
)

insert into master.pending_golden (golden_id, entity)
select distinct
    crosswalk.golden_id,
    crosswalk.entity
from match.crosswalk as crosswalk
inner join dependent on crosswalk.source_key = dependent.source_key
on conflict (golden_id) do update set queued_at = clock_timestamp()
