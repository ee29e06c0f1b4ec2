-- Contact points of golden records as they stand.
-- params: golden_ids uuid[]
select
    reach.golden_id,
    reach.ordinal,
    reach.contact_digest,
    reach.contact_sealed
from master.contact_point as reach
where reach.golden_id = any(%(golden_ids)s::uuid[])
