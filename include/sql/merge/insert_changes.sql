-- Tell publish which golden records changed.
-- params: golden_ids uuid[], entities text[], version_nos integer[], kinds text[]
insert into publish.change (golden_id, entity, version_no, kind)
select
    made.golden_id,
    made.entity,
    made.version_no,
    made.kind
from
    unnest(%(golden_ids)s::uuid[], %(entities)s::text[], %(version_nos)s::integer[], %(kinds)s::text[])
        as made (golden_id, entity, version_no, kind)
order by made.golden_id
on conflict (golden_id, version_no, kind) do nothing
