-- The blocking keys that two records both hold, with how many records and distinct names hold each.
-- params: left_key text, right_key text
with common as (
    select
        mine.entity,
        mine.kind,
        mine.hash
    from match.blocking_key as mine
    inner join match.blocking_key as other
        on mine.entity = other.entity and mine.kind = other.kind and mine.hash = other.hash
    where mine.source_key = %(left_key)s::text and other.source_key = %(right_key)s::text
)

select
    common.kind,
    count(*) as record_count,
    count(distinct nullif(blocking.name_hash, ''::bytea)) as name_count
from common
inner join match.blocking_key as blocking
    on common.entity = blocking.entity and common.kind = blocking.kind and common.hash = blocking.hash
group by common.entity, common.kind, common.hash
order by common.kind collate "C", common.hash
