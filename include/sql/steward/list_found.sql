-- What a list shows of golden customers, and of golden contacts with the customer that they belong to.
-- params: golden_ids uuid[]
with wanted as (
    select
        given.golden_id,
        given.place
    from unnest(%(golden_ids)s::uuid[]) with ordinality as given (golden_id, place)
)

select
    wanted.place,
    customer.golden_id,
    customer.legal_name,
    customer.kind,
    customer.region_code,
    customer.level_code,
    customer.status,
    customer.record_count,
    held.channels,
    null as contact_name
from wanted
inner join master.customer as customer on wanted.golden_id = customer.golden_id
cross join
    lateral (
        select array_agg(distinct split_part(crosswalk.source_key, '/', 1)) as channels
        from match.crosswalk as crosswalk
        where crosswalk.golden_id = wanted.golden_id
    ) as held
union all
select
    wanted.place,
    relation.other_golden_id as golden_id,
    customer.legal_name,
    'contact' as kind,
    null as region_code,
    null as level_code,
    contact.status,
    contact.record_count,
    held.channels,
    contact.name as contact_name
from wanted
inner join master.contact as contact on wanted.golden_id = contact.golden_id
inner join master.relation as relation
    on contact.golden_id = relation.golden_id and relation.kind = 'contact_of'
inner join master.customer as customer on relation.other_golden_id = customer.golden_id
cross join
    lateral (
        select array_agg(distinct split_part(crosswalk.source_key, '/', 1)) as channels
        from match.crosswalk as crosswalk
        where crosswalk.golden_id = wanted.golden_id
    ) as held
order by place, golden_id
