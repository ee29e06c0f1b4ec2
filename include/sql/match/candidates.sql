-- Pairs that share a usable key with a touched record, and the kinds of the keys that proposed them.
-- params: keys text[], cap integer, distinct_names integer, silent_kinds text[]
with touched as materialized (
    select distinct given.source_key
    from unnest(%(keys)s::text[]) as given (source_key)
),

loud as materialized (
    select
        blocking.entity,
        blocking.kind,
        blocking.hash,
        blocking.source_key
    from match.blocking_key as blocking
    where blocking.source_key = any(%(keys)s::text[]) and blocking.kind <> all(%(silent_kinds)s::text[])
),

held as materialized (
    select distinct
        loud.entity,
        loud.kind,
        loud.hash
    from loud
),

counted as materialized (
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
),

usable as materialized (
    select
        counted.entity,
        counted.kind,
        counted.hash
    from counted
    where
        counted.record_count between 2 and %(cap)s::integer
        and counted.name_count <= %(distinct_names)s::integer
),

holder as materialized (
    select
        blocking.entity,
        blocking.kind,
        blocking.hash,
        blocking.source_key,
        touched.source_key is not null as is_touched
    from match.blocking_key as blocking
    inner join usable
        on blocking.entity = usable.entity and blocking.kind = usable.kind and blocking.hash = usable.hash
    left join touched on blocking.source_key = touched.source_key
)

select
    mine.source_key as left_key,
    other.source_key as right_key,
    mine.entity,
    array_agg(distinct mine.kind order by mine.kind) as proposed_by
from holder as mine
inner join holder as other
    on
        mine.entity = other.entity
        and mine.kind = other.kind
        and mine.hash = other.hash
        and mine.source_key < other.source_key
where mine.is_touched or other.is_touched
group by mine.source_key, other.source_key, mine.entity
order by mine.source_key collate "C", other.source_key collate "C"
