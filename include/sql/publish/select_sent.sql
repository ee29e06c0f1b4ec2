-- What the target last acknowledged of these records.
-- params: keys text[]
select
    sent.source_key,
    sent.field,
    sent.digest
from publish.sent as sent
where sent.source_key = any(%(keys)s::text[])
