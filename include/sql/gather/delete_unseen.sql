-- Forget that these records are unseen: they were read. What was found again meanwhile stays.
-- params: source_keys text[], found_ats timestamptz[]
delete from publish.drift
using
    unnest(%(source_keys)s::text[], %(found_ats)s::timestamptz[]) as asked (source_key, found_at)
where
    drift.side = 'unseen'
    and drift.source_key = asked.source_key
    and drift.found_at = asked.found_at
