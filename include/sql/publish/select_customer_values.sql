-- What the master says now of these customers of a channel; deleted and unknown records are left out.
-- params: keys text[]
select
    record.source_key,
    record.source_id,
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
