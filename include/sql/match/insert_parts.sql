-- Store which source records an unmerge puts into which part.
-- params: decision_id bigint, keys text[], parts integer[]
insert into match.decision_part (decision_id, source_key, part)
select
    %(decision_id)s::bigint as decision_id,
    named.source_key,
    named.part
from unnest(%(keys)s::text[], %(parts)s::integer[]) as named (source_key, part)
