-- Write what became of deliveries in hand; one that another run has taken over in the meantime is left alone.
-- params: delivery_ids bigint[], attempts integer[], states text[], golden_ids uuid[], source_keys text[],
-- params: seen_change_ats timestamptz[]
update publish.delivery
set
    state = result.state,
    golden_id = result.golden_id,
    source_key = coalesce(result.source_key, delivery.source_key),
    seen_change_at = result.seen_change_at,
    settled_at = case when result.state in ('confirmed', 'dead', 'superseded') then now() end
from
    unnest(
        %(delivery_ids)s::bigint[],
        %(attempts)s::integer[],
        %(states)s::text[],
        %(golden_ids)s::uuid[],
        %(source_keys)s::text[],
        %(seen_change_ats)s::timestamptz[]
    ) as result (delivery_id, attempts, state, golden_id, source_key, seen_change_at)
where
    delivery.delivery_id = result.delivery_id
    and delivery.attempts = result.attempts
    and delivery.state in ('in_flight', 'uncertain')
returning delivery.delivery_id
