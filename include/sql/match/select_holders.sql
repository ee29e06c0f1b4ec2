-- The source records that hold any of the given keys.
-- params: entities text[], kinds text[], key_hashes bytea[]
with wanted as (
    select distinct
        given.entity,
        given.kind,
        given.key_hash
    from unnest(%(entities)s::text[], %(kinds)s::text[], %(key_hashes)s::bytea[]) as given (entity, kind, key_hash)
)

select distinct blocking.source_key
from match.blocking_key as blocking
inner join wanted
    on blocking.entity = wanted.entity and blocking.kind = wanted.kind and blocking.hash = wanted.key_hash
