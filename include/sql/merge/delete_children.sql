-- Remove the children and the lineage of golden records, before what they are now is written.
-- params: golden_ids uuid[]
with points as (
    delete from master.contact_point as reach
    where reach.golden_id = any(%(golden_ids)s::uuid[])
),

addresses as (
    delete from master.address as address
    where address.golden_id = any(%(golden_ids)s::uuid[])
),

tags as (
    delete from master.tag as tag
    where tag.golden_id = any(%(golden_ids)s::uuid[])
),

classifications as (
    delete from master.classification as class_row
    where class_row.golden_id = any(%(golden_ids)s::uuid[])
),

relations as (
    delete from master.relation as link
    where link.golden_id = any(%(golden_ids)s::uuid[])
)

delete from master.cell_lineage as lineage
where lineage.golden_id = any(%(golden_ids)s::uuid[])
