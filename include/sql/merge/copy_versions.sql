-- Bulk-load versions of golden records.
-- params: none
copy master.customer_version (
    golden_id, version_no, entity, valid_from, op, clear_values, sealed_pointers, member_keys,
    member_versions, decision_ids, children, content_digest, policy_version
) from stdin
