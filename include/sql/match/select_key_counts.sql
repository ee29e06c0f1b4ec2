-- How many records and distinct names hold each of the given keys; a key nobody holds is absent.
-- params: entities text[], kinds text[], hashes bytea[]
select
    key.entity,
    key.kind,
    key.hash,
    count(*) as record_count,
    count(distinct nullif(key.name_hash, ''::bytea)) as name_count
from match.blocking_key as key
inner join
    (
        select distinct
            given.entity,
            given.kind,
            given.hash
        from unnest(%(entities)s::text[], %(kinds)s::text[], %(hashes)s::bytea[]) as given (entity, kind, hash)
    ) as wanted
    on
        key.entity = wanted.entity collate "C"
        and key.kind = wanted.kind collate "C"
        and key.hash = wanted.hash
group by key.entity, key.kind, key.hash
