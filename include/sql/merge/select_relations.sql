-- What source records say about relations: the customer whom a contact speaks for, the parent that a
-- channel names, and the company whose name a branch's name begins with (only if there is one).
-- params: keys text[]
with named as (
    select
        contact.source_key,
        'contact_of' as kind,
        contact.customer_source_key as other_key
    from source.contact as contact
    where contact.source_key = any(%(keys)s::text[])
    union all
    select
        customer.source_key,
        'branch_of' as kind,
        customer.parent_source_key as other_key
    from source.customer as customer
    where customer.source_key = any(%(keys)s::text[])
),

stem as (
    select
        blocking.source_key,
        blocking.entity,
        blocking.hash
    from match.blocking_key as blocking
    where blocking.source_key = any(%(keys)s::text[]) and blocking.kind = 'stem'
),

head as (
    select
        stem.source_key,
        min(crosswalk.golden_id::text)::uuid as golden_id,
        count(distinct crosswalk.golden_id) as golden_count
    from stem
    inner join match.blocking_key as core
        on stem.entity = core.entity and core.kind = 'core' and stem.hash = core.hash
    inner join match.crosswalk as crosswalk on core.source_key = crosswalk.source_key
    group by stem.source_key
)

select
    named.source_key,
    named.kind,
    crosswalk.golden_id as other_golden_id
from named
inner join match.crosswalk as crosswalk on named.other_key = crosswalk.source_key
union all
select
    head.source_key,
    'named_like' as kind,
    head.golden_id as other_golden_id
from head
where head.golden_count = 1
