-- Blocking keys that source records hold now.
-- params: keys text[]
select
    blocking.source_key,
    blocking.entity,
    blocking.kind,
    blocking.hash,
    blocking.name_hash
from match.blocking_key as blocking
where blocking.source_key = any(%(keys)s::text[])
