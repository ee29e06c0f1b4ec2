-- The decisions in force that link or separate records.
-- params: none
select
    decision.decision_id,
    decision.kind,
    decision.left_key,
    decision.right_key
from match.decision as decision
where decision.deleted_at is null and decision.kind in ('must-link', 'cannot-link')
order by decision.decision_id
