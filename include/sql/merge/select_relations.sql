-- What source records say about relations: the customer whom a contact speaks for, the parent that a
-- channel names, and the company whose name a branch's name begins with (only if there is one).
-- params: keys text[]
select
    contact.source_key,
    'contact_of' as kind,
    crosswalk.golden_id as other_golden_id
from source.contact as contact
inner join match.crosswalk as crosswalk on contact.customer_source_key = crosswalk.source_key
where contact.source_key = any(%(keys)s::text[])
union all
select
    customer.source_key,
    'branch_of' as kind,
    crosswalk.golden_id as other_golden_id
from source.customer as customer
inner join match.crosswalk as crosswalk on customer.parent_source_key = crosswalk.source_key
where customer.source_key = any(%(keys)s::text[])
union all
select
    stem.source_key,
    'named_like' as kind,
    (array_agg(distinct crosswalk.golden_id))[1] as other_golden_id
from match.blocking_key as stem
inner join match.blocking_key as core
    on stem.entity = core.entity and core.kind = 'core' and stem.hash = core.hash
inner join match.crosswalk as crosswalk on core.source_key = crosswalk.source_key
where stem.source_key = any(%(keys)s::text[]) and stem.kind = 'stem'
group by stem.source_key
having count(distinct crosswalk.golden_id) = 1
