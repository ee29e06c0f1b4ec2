-- Take the queue rows that this run read; a row queued again meanwhile stays.
-- params: golden_ids uuid[], queued timestamptz[]
delete from master.pending_golden as pending
using unnest(%(golden_ids)s::uuid[], %(queued)s::timestamptz[]) as done (golden_id, queued_at)
where pending.golden_id = done.golden_id and pending.queued_at = done.queued_at
