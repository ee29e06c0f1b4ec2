-- The source records that hold any of the given keys.
-- params: entities text[], kinds text[], hashes bytea[]
select distinct key.source_key
from match.blocking_key as key
inner join unnest(%(entities)s::text[], %(kinds)s::text[], %(hashes)s::bytea[]) as wanted (entity, kind, hash)
    on
        key.entity = wanted.entity collate "C"
        and key.kind = wanted.kind collate "C"
        and key.hash = wanted.hash
