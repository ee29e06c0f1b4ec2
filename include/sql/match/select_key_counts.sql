-- How many records, but for the excluded ones, and distinct names hold each of the given keys; a key
-- that nobody else holds is absent.
-- params: entities text[], kinds text[], key_hashes bytea[], excluded text[]
with wanted as (
    select distinct
        given.entity,
        given.kind,
        given.key_hash
    from unnest(%(entities)s::text[], %(kinds)s::text[], %(key_hashes)s::bytea[]) as given (entity, kind, key_hash)
),

holder as (
    select
        blocking.entity,
        blocking.kind,
        blocking.hash,
        blocking.source_key,
        blocking.name_hash
    from match.blocking_key as blocking
    inner join wanted
        on blocking.entity = wanted.entity and blocking.kind = wanted.kind and blocking.hash = wanted.key_hash
)

select
    holder.entity,
    holder.kind,
    holder.hash,
    count(*) as record_count,
    count(distinct nullif(holder.name_hash, ''::bytea)) as name_count
from holder
where holder.source_key <> all(%(excluded)s::text[])
group by holder.entity, holder.kind, holder.hash
