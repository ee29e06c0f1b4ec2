-- Phones and mails of golden customers that are nobody else's, the best first.
-- params: golden_ids uuid[]
select
    point.golden_id,
    point.ordinal,
    point.type,
    point.contact_sealed
from master.contact_point as point
where
    point.golden_id = any(%(golden_ids)s::uuid[])
    and point.type in ('phone', 'mobile', 'mail')
    and not point.is_generic
order by point.golden_id asc, point.is_preferred desc, point.type desc, point.ordinal asc
