-- Bulk-load the lineage of golden records.
-- params: none
copy master.cell_lineage (
    golden_id, field, source_key, version_id, rule, losers, is_cleared, input_keys, decision_id
) from stdin
