-- Phones and mails (as blocking keys) of source records that more distinct names hold than one has.
-- params: keys text[], shared_names integer
with held as (
    select
        key.source_key,
        key.entity,
        key.kind,
        key.hash
    from match.blocking_key as key
    where key.source_key = any(%(keys)s::text[]) and key.kind in ('phone', 'mail')
),

shared as (
    select
        key.entity,
        key.kind,
        key.hash
    from match.blocking_key as key
    where
        (key.entity, key.kind, key.hash) in (
            select
                held.entity,
                held.kind,
                held.hash
            from held
        )
    group by key.entity, key.kind, key.hash
    having count(distinct nullif(key.name_hash, ''::bytea)) > %(shared_names)s::integer
)

select
    held.source_key,
    held.hash
from held
inner join shared on held.entity = shared.entity and held.kind = shared.kind and held.hash = shared.hash
