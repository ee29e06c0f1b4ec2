-- Bulk-load the addresses of golden records.
-- params: none
copy master.address (
    golden_id, ordinal, type, country_code, region_code, is_preferred, contact_sealed, contact_digest, source_key
) from stdin
