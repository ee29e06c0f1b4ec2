-- Contact points of golden records as they stand.
-- params: golden_ids uuid[]
select
    point.golden_id,
    point.ordinal,
    point.contact_digest,
    point.contact_sealed
from master.contact_point as point
where point.golden_id = any(%(golden_ids)s::uuid[])
