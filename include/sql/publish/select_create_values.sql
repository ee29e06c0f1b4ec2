-- The golden customers to be created in a target that are still active and still have no record there.
-- params: golden_ids uuid[], prefix text
select
    golden.golden_id,
    golden.kind,
    golden.legal_name,
    golden.short_name,
    golden.region_code,
    golden.industry_code,
    golden.level_code,
    golden.lifecycle_code,
    golden.website,
    golden.language_code,
    golden.currency_code,
    golden.status,
    golden.identity_sealed
from master.customer as golden
where
    golden.golden_id = any(%(golden_ids)s::uuid[])
    and golden.status = 'active'
    and not exists (
        select 1
        from match.crosswalk as member
        where member.golden_id = golden.golden_id and starts_with(member.source_key, %(prefix)s::text)
    )
