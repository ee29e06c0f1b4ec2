-- Queue source records for matching, as a steward's decision does.
-- params: keys text[], entity text
insert into match.pending_record (source_key, entity)
select
    wanted.source_key,
    %(entity)s::text as entity
from unnest(%(keys)s::text[]) as wanted (source_key)
on conflict (source_key) do update set queued_at = clock_timestamp()
