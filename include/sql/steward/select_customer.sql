-- One golden customer, with its sealed identity.
-- params: customer_id uuid
select
    customer.golden_id,
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
    customer.record_count,
    customer.completeness_share,
    customer.version_no,
    customer.policy_version
from master.customer as customer
where customer.golden_id = %(customer_id)s::uuid
