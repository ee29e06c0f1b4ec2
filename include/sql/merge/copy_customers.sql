-- Bulk-load golden customers.
-- params: none
copy master.customer (
    golden_id,
    kind,
    legal_name,
    short_name,
    name_pinyin,
    region_code,
    industry_code,
    level_code,
    lifecycle_code,
    website,
    language_code,
    currency_code,
    status,
    identity_sealed,
    identity_digest,
    finance_sealed,
    finance_digest,
    free_text_sealed,
    free_text_digest,
    record_count,
    completeness_share,
    version_no,
    content_digest,
    policy_version
) from stdin
