-- Of the keys that the given records hold, those that many records or many distinct names hold; of kinds for which no
-- limit matters none.
-- params: keys text[], cap integer, shared_names integer, silent_kinds text[]
with held as (
    select distinct
        blocking.entity,
        blocking.kind,
        blocking.hash
    from match.blocking_key as blocking
    where blocking.source_key = any(%(keys)s::text[]) and blocking.kind <> all(%(silent_kinds)s::text[])
),

counted as (
    select
        blocking.entity,
        blocking.kind,
        blocking.hash,
        count(*) as record_count,
        count(distinct nullif(blocking.name_hash, ''::bytea)) as name_count
    from match.blocking_key as blocking
    inner join held
        on blocking.entity = held.entity and blocking.kind = held.kind and blocking.hash = held.hash
    group by blocking.entity, blocking.kind, blocking.hash
)

select
    counted.entity,
    counted.kind,
    counted.hash,
    counted.record_count,
    counted.name_count
from counted
where counted.record_count > %(cap)s::integer or counted.name_count > %(shared_names)s::integer
