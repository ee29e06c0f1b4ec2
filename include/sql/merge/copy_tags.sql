-- Bulk-load the tags of golden records.
-- params: none
copy master.tag (golden_id, tag) from stdin
