-- What the master says now of these customers of a channel, beside it what their
-- own records say (own_..). Deleted and unknown records are left out.
-- params: keys text[]
select
    record.source_key,
    record.source_id,
    record.version_at,
    record.kind as own_kind,
    record.legal_name as own_legal_name,
    record.short_name as own_short_name,
    record.industry_code as own_industry_code,
    record.lifecycle_code as own_lifecycle_code,
    record.website as own_website,
    record.language_code as own_language_code,
    record.currency_code as own_currency_code,
    record.status as own_status,
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
    array(
        select cell.field
        from master.cell_lineage as cell
        where cell.golden_id = golden.golden_id and cell.is_cleared
    ) as cleared_fields
from source.customer as record
inner join match.crosswalk as crosswalk on record.source_key = crosswalk.source_key
inner join master.customer as golden on crosswalk.golden_id = golden.golden_id
where record.source_key = any(%(keys)s::text[]) and not record.is_deleted
