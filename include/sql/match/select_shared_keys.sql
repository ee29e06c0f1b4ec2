-- Phones and mails of the given records that more distinct names hold than one customer has.
-- params: keys text[], shared_names integer
select
    key.kind,
    key.hash
from match.blocking_key as key
inner join
    (
        select distinct
            held.entity,
            held.kind,
            held.hash
        from match.blocking_key as held
        where held.source_key = any(%(keys)s::text[]) and held.kind in ('phone', 'mail')
    ) as mine
    on key.entity = mine.entity and key.kind = mine.kind and key.hash = mine.hash
group by key.entity, key.kind, key.hash
having count(distinct nullif(key.name_hash, ''::bytea)) > %(shared_names)s::integer
