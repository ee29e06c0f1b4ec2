-- Bulk-load the relations of golden records.
-- params: none
copy master.relation (golden_id, kind, other_golden_id) from stdin
