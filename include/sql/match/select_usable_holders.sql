-- The source customers that hold any of the given keys, generic keys left out.
-- params: kinds text[], key_hashes bytea[], cap integer, distinct_names integer
with wanted as (
    select distinct
        given.kind,
        given.key_hash
    from unnest(%(kinds)s::text[], %(key_hashes)s::bytea[]) as given (kind, key_hash)
),

holder as (
    select
        blocking.source_key,
        blocking.kind,
        blocking.hash,
        blocking.name_hash
    from match.blocking_key as blocking
    inner join wanted on blocking.kind = wanted.kind and blocking.hash = wanted.key_hash
    where blocking.entity = 'customer'
),

counted as (
    select
        holder.kind,
        holder.hash,
        count(*) as record_count,
        count(distinct nullif(holder.name_hash, ''::bytea)) as name_count
    from holder
    group by holder.kind, holder.hash
),

usable as (
    select
        counted.kind,
        counted.hash
    from counted
    where counted.record_count <= %(cap)s::integer and counted.name_count <= %(distinct_names)s::integer
)

select distinct
    holder.source_key,
    crosswalk.golden_id
from holder
inner join usable on holder.kind = usable.kind and holder.hash = usable.hash
inner join match.crosswalk as crosswalk on holder.source_key = crosswalk.source_key
