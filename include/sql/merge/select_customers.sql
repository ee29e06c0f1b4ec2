-- Source customers with their sealed segments.
-- params: keys text[]
select
    customer.source_key,
    customer.channel,
    customer.version_id,
    customer.version_at,
    customer.is_deleted,
    customer.is_validation_downgraded,
    customer.cleared_fields,
    customer.kind,
    customer.legal_name,
    customer.short_name,
    customer.name_pinyin,
    customer.region_code,
    customer.industry_code,
    customer.level_code,
    customer.lifecycle_code,
    customer.website,
    customer.language_code,
    customer.currency_code,
    customer.status,
    customer.identity_sealed,
    customer.finance_sealed,
    customer.free_text_sealed
from source.customer as customer
where customer.source_key = any(%(keys)s::text[])
