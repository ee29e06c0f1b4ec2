-- The interactions of a golden customer or contact, the newest first; of equal times by source key and ordinal.
-- Keys are followed through the crosswalk as it is now: an interaction that names no customer goes by its contact's.
-- params: golden_id uuid, size integer
with member as (
    select crosswalk.source_key
    from match.crosswalk as crosswalk
    where crosswalk.golden_id = %(golden_id)s::uuid
),

found as (
    select
        entry.source_key,
        entry.ordinal
    from source.interaction as entry
    inner join member on entry.customer_source_key = member.source_key
    union
    select
        entry.source_key,
        entry.ordinal
    from source.interaction as entry
    inner join member on entry.contact_source_key = member.source_key
    union
    select
        entry.source_key,
        entry.ordinal
    from member
    inner join source.contact as contact on member.source_key = contact.customer_source_key
    inner join source.interaction as entry on contact.source_key = entry.contact_source_key
    where entry.customer_source_key is null
)

select
    entry.happened_at,
    entry.ended_at,
    entry.medium_code,
    entry.direction_code,
    entry.status_code,
    entry.agent,
    entry.source_key,
    entry.ordinal,
    entry.customer_source_key,
    entry.contact_source_key
from found
inner join source.interaction as entry on found.source_key = entry.source_key and found.ordinal = entry.ordinal
where not entry.is_deleted
order by
    entry.happened_at desc,
    entry.source_key collate "C" asc,
    entry.ordinal collate "C" asc
limit %(size)s::integer
