-- Queue the golden records whose relations name records that moved: contacts of a customer,
-- branches by the parent's source key or by its name.
-- params: keys text[], core_hashes bytea[]
insert into master.pending_golden (golden_id, entity)
select
    crosswalk.golden_id,
    crosswalk.entity
from match.crosswalk as crosswalk
where crosswalk.source_key in (
    select contact.source_key
    from source.contact as contact
    where contact.customer_source_key = any(%(keys)s::text[])
    union all
    select customer.source_key
    from source.customer as customer
    where customer.parent_source_key = any(%(keys)s::text[])
    union all
    select key.source_key
    from match.blocking_key as key
    where key.entity = 'customer' and key.kind = 'stem' and key.hash = any(%(core_hashes)s::bytea[])
)
group by crosswalk.golden_id, crosswalk.entity
on conflict (golden_id) do update set queued_at = clock_timestamp()
