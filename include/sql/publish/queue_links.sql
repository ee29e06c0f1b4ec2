-- Queue both records of new must-links for matching where both are there already, as a steward's decision does; a record
-- that is still to be gathered is queued when it comes.
-- params: left_keys text[], right_keys text[]
insert into match.pending_record (source_key, entity)
select distinct
    joined.source_key,
    'customer' as entity
from unnest(%(left_keys)s::text[], %(right_keys)s::text[]) as link (left_key, right_key)
inner join source.customer as one on link.left_key = one.source_key
inner join source.customer as other on link.right_key = other.source_key
cross join lateral (values (one.source_key), (other.source_key)) as joined (source_key)
on conflict (source_key) do update set queued_at = clock_timestamp()
