-- Queue the golden records whose relations to persons hang on persons that wait to be merged: those that name
-- them, and those that share a phone or mail with them. More than a hundred names share nothing of a household.
-- params: none
with waiting as (
    select
        pending.golden_id,
        member.source_key
    from master.pending_golden as pending
    left join match.crosswalk as member on pending.golden_id = member.golden_id
),

held as (
    select distinct
        blind.kind,
        blind.hash
    from waiting
    inner join source.customer as person on waiting.source_key = person.source_key and person.kind = 'person'
    inner join source.blind_index as blind on person.source_key = blind.source_key and blind.kind in ('phone', 'mail')
),

sharing as (
    select
        blind.kind,
        blind.hash,
        blind.source_key,
        coalesce(person.legal_name, contact.name) as name
    from held
    inner join source.blind_index as blind on held.kind = blind.kind and held.hash = blind.hash
    left join source.customer as person on blind.source_key = person.source_key and person.kind = 'person'
    left join source.contact as contact on blind.source_key = contact.source_key
    where person.source_key is not null or contact.source_key is not null
),

few as (
    select
        sharing.kind,
        sharing.hash
    from sharing
    group by sharing.kind, sharing.hash
    having count(*) > 1 and count(distinct sharing.name) <= 100
),

related as (
    select link.golden_id
    from waiting
    inner join master.relation as link on waiting.golden_id = link.other_golden_id
    where link.kind in ('same_person', 'household')
    union
    select crosswalk.golden_id
    from few
    inner join sharing on few.kind = sharing.kind and few.hash = sharing.hash
    inner join match.crosswalk as crosswalk on sharing.source_key = crosswalk.source_key
)

insert into master.pending_golden (golden_id, entity)
select distinct
    known.golden_id,
    known.entity
from related
inner join match.crosswalk as known on related.golden_id = known.golden_id
on conflict (golden_id) do nothing
