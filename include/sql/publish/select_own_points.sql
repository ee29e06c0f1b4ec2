-- Phones and mails that a target's own records hold, masked ones left out.
-- params: keys text[]
select
    point.source_key,
    point.ordinal,
    point.type,
    point.contact_sealed
from source.contact_point as point
where
    point.source_key = any(%(keys)s::text[])
    and point.type in ('phone', 'mobile', 'mail')
    and not point.is_masked
order by point.source_key collate "C", point.ordinal
