-- What pins say, whether they still hold or not.
-- params: decision_ids bigint[]
select
    pin.decision_id,
    pin.segment,
    pin.value_sealed,
    decision.left_key as source_key
from match.pin as pin
inner join match.decision as decision on pin.decision_id = decision.decision_id
where pin.decision_id = any(%(decision_ids)s::bigint[])
order by pin.decision_id
