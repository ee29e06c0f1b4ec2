-- Blocking keys that source records hold now.
-- params: keys text[]
select
    key.source_key,
    key.entity,
    key.kind,
    key.hash,
    key.name_hash
from match.blocking_key as key
where key.source_key = any(%(keys)s::text[])
