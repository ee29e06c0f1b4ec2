-- Which of the given hashes of source keys must not be gathered again.
-- params: source_hashes bytea[]
select entry.source_hash
from privacy.suppression as entry
where entry.source_hash = any(%(source_hashes)s::bytea[])
