-- Phones and mails of the given records that more distinct names hold than one customer has.
-- params: keys text[], shared_names integer
with mine as (
    select distinct
        held.entity,
        held.kind,
        held.hash
    from match.blocking_key as held
    where held.source_key = any(%(keys)s::text[]) and held.kind in ('phone', 'mail')
),

counted as (
    select
        blocking.kind,
        blocking.hash,
        count(distinct nullif(blocking.name_hash, ''::bytea)) as name_count
    from match.blocking_key as blocking
    inner join mine
        on blocking.entity = mine.entity and blocking.kind = mine.kind and blocking.hash = mine.hash
    group by blocking.entity, blocking.kind, blocking.hash
)

select
    counted.kind,
    counted.hash
from counted
where counted.name_count > %(shared_names)s::integer
