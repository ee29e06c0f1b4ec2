-- Bulk-load the classifications of golden records.
-- params: none
copy master.classification (golden_id, scheme, code, source_key) from stdin
