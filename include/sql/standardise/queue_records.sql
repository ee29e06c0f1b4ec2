-- Queue source records to be matched again.
-- params: source_keys text[], entity text
insert into match.pending_record (source_key, entity)
select
    changed.source_key,
    %(entity)s::text as entity
from unnest(%(source_keys)s::text[]) as changed (source_key)
order by changed.source_key collate "C"
on conflict (source_key) do update set queued_at = clock_timestamp()
