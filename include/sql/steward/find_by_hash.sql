-- Golden ids of the records that have an exact phone or mail, by its keyed hash.
-- params: hash_kind text, hash_value bytea, size integer
select distinct crosswalk.golden_id
from source.blind_index as found
inner join match.crosswalk as crosswalk on found.source_key = crosswalk.source_key
where found.kind = %(hash_kind)s::text and found.hash = %(hash_value)s::bytea
order by crosswalk.golden_id
limit %(size)s::integer
