-- What the master says now of these contacts of a channel, beside it what their
-- own records say (own_..). Deleted and unknown records are left out.
-- params: keys text[]
select
    record.source_key,
    record.source_id,
    record.version_at,
    record.name as own_name,
    record.title as own_title,
    record.role_code as own_role_code,
    golden.golden_id,
    golden.name,
    golden.title,
    golden.role_code,
    golden.status,
    array(
        select cell.field
        from master.cell_lineage as cell
        where cell.golden_id = golden.golden_id and cell.is_cleared
    ) as cleared_fields
from source.contact as record
inner join match.crosswalk as crosswalk on record.source_key = crosswalk.source_key
inner join master.contact as golden on crosswalk.golden_id = golden.golden_id
where record.source_key = any(%(keys)s::text[]) and not record.is_deleted
