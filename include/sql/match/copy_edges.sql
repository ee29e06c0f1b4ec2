-- Bulk-load scored edges.
-- params: none
copy match.edge (left_key, right_key, entity, score, is_veto, evidence, proposed_by, model_version) from stdin
