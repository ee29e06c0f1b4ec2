-- Whether one of the given records waits for the next match.
-- params: keys text[]
select exists (
    select 1
    from match.pending_record as pending
    where pending.source_key = any(%(keys)s::text[])
) as is_waiting
