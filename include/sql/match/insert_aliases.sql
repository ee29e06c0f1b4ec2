-- Remember golden ids for ever, with the source key that each was made from.
-- params: golden_ids uuid[], keys text[], entities text[]
insert into master.alias (golden_id, source_key, entity)
select
    made.golden_id,
    made.source_key,
    made.entity
from
    unnest(%(golden_ids)s::uuid[], %(keys)s::text[], %(entities)s::text[])
        as made (golden_id, source_key, entity)
on conflict (golden_id) do nothing
