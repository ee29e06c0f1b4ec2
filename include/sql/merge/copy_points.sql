-- Bulk-load the contact points of golden records.
-- params: none
copy master.contact_point (
    golden_id, ordinal, type, is_preferred, is_generic, contact_sealed, contact_digest, source_key
) from stdin
