-- Take the read source keys off the queue, unless they were queued again meanwhile.
-- params: source_keys text[], queued_ats timestamptz[]
delete from landing.pending_key as pending
using unnest(%(source_keys)s::text[], %(queued_ats)s::timestamptz[]) as done (source_key, queued_at)
where
    pending.source_key = done.source_key
    and pending.queued_at = done.queued_at
