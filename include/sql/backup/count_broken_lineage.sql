-- Lineage of a cell whose golden record, source record or landed version is not there.
-- What is queued for merging is on its way.
-- params: none
with golden (golden_id) as (
    select customer.golden_id from master.customer as customer
    union all
    select contact.golden_id from master.contact as contact
)

select count(*) as broken
from master.cell_lineage as cell
left join golden on cell.golden_id = golden.golden_id
left join match.crosswalk as held
    on cell.source_key = held.source_key and cell.golden_id = held.golden_id
left join landing.version as version on cell.version_id = version.version_id
left join master.pending_golden as pending on cell.golden_id = pending.golden_id
where
    pending.golden_id is null
    and (golden.golden_id is null or held.source_key is null or version.version_id is null)
