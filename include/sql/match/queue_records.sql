-- Queue source records for matching, as a steward's decision does; the entity stands in the source key.
-- params: keys text[]
insert into match.pending_record (source_key, entity)
select
    wanted.source_key,
    split_part(wanted.source_key, '/', 2) as entity
from unnest(%(keys)s::text[]) as wanted (source_key)
on conflict (source_key) do update set queued_at = clock_timestamp()
