-- One stored edge.
-- params: left_key text, right_key text
select
    edge.score,
    edge.is_veto,
    edge.evidence,
    edge.proposed_by,
    edge.model_version
from match.edge as edge
where edge.left_key = %(left_key)s::text and edge.right_key = %(right_key)s::text
