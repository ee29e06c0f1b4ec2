-- The given keys of customers, how many distinct names hold each, and who: nobody of a generic key.
-- params: kinds text[], key_hashes bytea[], cap integer, distinct_names integer
with wanted as (
    select distinct
        given.kind,
        given.key_hash
    from unnest(%(kinds)s::text[], %(key_hashes)s::bytea[]) as given (kind, key_hash)
),

counted as (
    select
        blocking.kind,
        blocking.hash,
        count(*) as record_count,
        count(distinct nullif(blocking.name_hash, ''::bytea)) as name_count
    from match.blocking_key as blocking
    inner join wanted on blocking.kind = wanted.kind and blocking.hash = wanted.key_hash
    where blocking.entity = 'customer'
    group by blocking.kind, blocking.hash
)

select
    counted.kind,
    counted.hash,
    counted.name_count,
    holder.source_key,
    crosswalk.golden_id
from counted
left join match.blocking_key as holder
    on
        holder.entity = 'customer'
        and counted.kind = holder.kind
        and counted.hash = holder.hash
        and counted.record_count <= %(cap)s::integer
        and counted.name_count <= %(distinct_names)s::integer
left join match.crosswalk as crosswalk on holder.source_key = crosswalk.source_key
