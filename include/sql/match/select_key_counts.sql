-- How many records and distinct names hold each of the given keys; a key nobody holds is absent.
-- params: entities text[], kinds text[], key_hashes bytea[]
with wanted as (
    select distinct
        given.entity,
        given.kind,
        given.key_hash
    from unnest(%(entities)s::text[], %(kinds)s::text[], %(key_hashes)s::bytea[]) as given (entity, kind, key_hash)
)

select
    blocking.entity,
    blocking.kind,
    blocking.hash,
    count(*) as record_count,
    count(distinct nullif(blocking.name_hash, ''::bytea)) as name_count
from match.blocking_key as blocking
inner join wanted
    on blocking.entity = wanted.entity and blocking.kind = wanted.kind and blocking.hash = wanted.key_hash
group by blocking.entity, blocking.kind, blocking.hash
