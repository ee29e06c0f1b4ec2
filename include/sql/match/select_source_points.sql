-- Sealed contact points of source records.
-- params: keys text[]
select
    point.source_key,
    point.ordinal,
    point.type,
    point.is_masked,
    point.contact_sealed
from source.contact_point as point
where point.source_key = any(%(keys)s::text[])
order by point.source_key collate "C", point.ordinal
