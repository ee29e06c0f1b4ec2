-- Write the golden id of source records.
-- params: keys text[], entities text[], golden_ids uuid[]
insert into match.crosswalk (source_key, entity, golden_id)
select
    made.source_key,
    made.entity,
    made.golden_id
from
    unnest(%(keys)s::text[], %(entities)s::text[], %(golden_ids)s::uuid[])
        as made (source_key, entity, golden_id)
on conflict (source_key) do update set golden_id = excluded.golden_id
