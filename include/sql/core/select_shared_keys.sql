-- Phones and mails (as blocking keys) of the given records that more distinct names hold than one customer has.
-- params: keys text[], shared_names integer
with held as (
    select
        blocking.source_key,
        blocking.entity,
        blocking.kind,
        blocking.hash
    from match.blocking_key as blocking
    where blocking.source_key = any(%(keys)s::text[]) and blocking.kind in ('phone', 'mail')
),

mine as (
    select distinct
        held.entity,
        held.kind,
        held.hash
    from held
),

counted as (
    select
        blocking.entity,
        blocking.kind,
        blocking.hash,
        count(distinct nullif(blocking.name_hash, ''::bytea)) as name_count
    from match.blocking_key as blocking
    inner join mine
        on blocking.entity = mine.entity and blocking.kind = mine.kind and blocking.hash = mine.hash
    group by blocking.entity, blocking.kind, blocking.hash
),

shared as (
    select
        counted.entity,
        counted.kind,
        counted.hash
    from counted
    where counted.name_count > %(shared_names)s::integer
)

select
    held.source_key,
    held.hash
from held
inner join shared on held.entity = shared.entity and held.kind = shared.kind and held.hash = shared.hash
