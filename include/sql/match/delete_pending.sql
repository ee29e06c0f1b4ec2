-- Take the queue rows that this run read; a row queued again meanwhile stays.
-- params: keys text[], queued timestamptz[]
delete from match.pending_record as pending
using unnest(%(keys)s::text[], %(queued)s::timestamptz[]) as done (source_key, queued_at)
where pending.source_key = done.source_key and pending.queued_at = done.queued_at
