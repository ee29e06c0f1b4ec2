-- Remove the children and the lineage of golden records, before what they are now is written.
-- params: golden_ids uuid[]
with points as (
    delete from master.contact_point as point where point.golden_id = any(%(golden_ids)s::uuid[])
),

addresses as (
    delete from master.address as address where address.golden_id = any(%(golden_ids)s::uuid[])
),

tags as (
    delete from master.tag as tag where tag.golden_id = any(%(golden_ids)s::uuid[])
),

classifications as (
    delete from master.classification as class where class.golden_id = any(%(golden_ids)s::uuid[])
),

relations as (
    delete from master.relation as relation where relation.golden_id = any(%(golden_ids)s::uuid[])
)

delete from master.cell_lineage as lineage
where lineage.golden_id = any(%(golden_ids)s::uuid[])
