-- Whether one of the given records waits for the next match.
-- params: keys text[]
select count(*) > 0 as is_waiting
from match.pending_record as pending
where pending.source_key = any(%(keys)s::text[])
