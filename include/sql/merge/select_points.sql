-- Sealed contact points of source records.
-- params: keys text[]
select
    reach.source_key,
    reach.ordinal,
    reach.type,
    reach.is_preferred,
    reach.is_masked,
    reach.contact_sealed,
    reach.contact_digest
from source.contact_point as reach
where reach.source_key = any(%(keys)s::text[])
order by reach.source_key collate "C", reach.ordinal
