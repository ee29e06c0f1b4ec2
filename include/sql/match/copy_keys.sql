-- Bulk-load blocking keys.
-- params: none
copy match.blocking_key (entity, kind, hash, source_key, name_hash) from stdin
