-- Bulk-load golden contacts.
-- params: none
copy master.contact (
    golden_id,
    name,
    name_pinyin,
    title,
    role_code,
    status,
    record_count,
    version_no,
    content_digest,
    policy_version
) from stdin
