-- Pairs that share a usable key with a touched record, and the kinds of the keys that proposed them.
-- params: keys text[], cap integer, distinct_names integer, silent_kinds text[]
-- Holders are gathered into an array per key and paired from it: the cost is the number of pairs,
-- whatever the planner believes about how many there are.
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
        array_agg(blocking.source_key) as holders,
        count(distinct nullif(blocking.name_hash, ''::bytea)) as name_count
    from match.blocking_key as blocking
    inner join held
        on blocking.entity = held.entity and blocking.kind = held.kind and blocking.hash = held.hash
    group by blocking.entity, blocking.kind, blocking.hash
),

usable as (
    select
        counted.entity,
        counted.kind,
        counted.holders
    from counted
    where
        cardinality(counted.holders) between 2 and %(cap)s::integer
        and counted.name_count <= %(distinct_names)s::integer
),

pair as (
    select
        usable.entity,
        usable.kind,
        mine.source_key as left_key,
        other.source_key as right_key
    from usable
    cross join lateral unnest(usable.holders) as mine (source_key)
    cross join lateral unnest(usable.holders) as other (source_key)
    where mine.source_key < other.source_key collate "C"
),

touched as (
    select
        pair.entity,
        pair.kind,
        pair.left_key,
        pair.right_key
    from pair
    where pair.left_key = any(%(keys)s::text[]) or pair.right_key = any(%(keys)s::text[])
)

select
    touched.left_key,
    touched.right_key,
    touched.entity,
    array_agg(distinct touched.kind order by touched.kind) as proposed_by
from touched
group by touched.left_key, touched.right_key, touched.entity
order by touched.left_key collate "C", touched.right_key collate "C"
