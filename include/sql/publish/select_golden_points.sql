-- Phones and mails of golden customers that are nobody else's, the best first, with who gave them and when that changed.
-- params: golden_ids uuid[]
select
    point.golden_id,
    point.ordinal,
    point.type,
    point.contact_sealed,
    point.source_key,
    giver.version_at as given_at
from master.contact_point as point
left join source.customer as giver on point.source_key = giver.source_key
where
    point.golden_id = any(%(golden_ids)s::uuid[])
    and point.type in ('phone', 'mobile', 'mail')
    and not point.is_generic
order by point.golden_id asc, point.is_preferred desc, point.type desc, point.ordinal asc
