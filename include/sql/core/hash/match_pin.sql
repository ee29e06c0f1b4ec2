-- Every row of match.pin in key order: clear content, sealed columns and whose they are.
-- params: none
select
    entry.decision_id::text as row_key,
    to_jsonb(entry) - array['value_sealed'] as content,
    array[entry.segment]::text[] as segments,
    array[entry.value_sealed]::bytea[] as sealed,
    'source:' || decision.left_key as subject
from match.pin as entry
inner join match.decision as decision on entry.decision_id = decision.decision_id
order by entry.decision_id
