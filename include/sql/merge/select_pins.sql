-- Pins that name the given records: whether each holds by the build's date, and since when it is so.
-- params: keys text[]
select
    decision.decision_id,
    decision.left_key as source_key,
    decision.field,
    pin.segment,
    pin.value_sealed,
    coalesce(pin.until_on >= as_of.as_of_on, true) as holds,
    case
        when pin.until_on < as_of.as_of_on then (pin.until_on + 1)::timestamp at time zone 'Asia/Shanghai'
        else decision.decided_at
    end as changed_at
from match.decision as decision
inner join match.pin as pin on decision.decision_id = pin.decision_id
left join hub.as_of as as_of on true
where
    decision.kind = 'pin'
    and decision.deleted_at is null
    and decision.left_key = any(%(keys)s::text[])
order by decision.decision_id
